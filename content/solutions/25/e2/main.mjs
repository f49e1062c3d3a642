// CPU quota: one request needs `cpuMs` of CPU, spread over `threads`; the quota is per period.
const PERIOD_MS = 100;

export function respond(cpuMs, threads, quotaMs) {
  let left = cpuMs, now = 0, throttled = 0, used = 0;
  while (left > 0) {
    const end = (Math.floor(now / PERIOD_MS) + 1) * PERIOD_MS;
    if (used >= quotaMs) { throttled += 1; now = end; used = 0; continue; }
    const wall = Math.min(left / threads, (quotaMs - used) / threads, end - now);
    left -= wall * threads; used += wall * threads; now += wall;
    if (now >= end) used = 0;                     // a new period, a new quota
  }
  return { ms: Math.round(now), throttled };
}

for (const [cpuMs, threads, quotaMs] of [
  [40, 1, 50], [120, 1, 50], [120, 1, 100], [120, 4, 100], [120, 4, 400],
]) {
  const { ms, throttled } = respond(cpuMs, threads, quotaMs);
  console.log(`${cpuMs} ms of CPU on ${threads} thread(s), ${quotaMs} ms per 100 ms:`.padEnd(51),
    `${String(ms).padStart(3)} ms, throttled ${throttled}x`);
}
const busy = 0.3, quota = 1;                      // CPUs, averaged over a minute
console.log(`mean use ${busy} of ${quota} CPU: a dashboard shows ${busy / quota * 100}%`);
