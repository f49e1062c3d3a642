// What surge settings allow, by rule and by simulation, one step a second.
const parse = (value, replicas, round) => (typeof value === 'string'
  ? round(Number.parseFloat(value) * replicas / 100) : value);

export function bounds(replicas, maxSurge, maxUnavailable) {
  if (maxSurge === 0 && maxUnavailable === 0) throw new Error('nothing may move');
  const surge = parse(maxSurge, replicas, Math.ceil);         // surge rounds up,
  const down = parse(maxUnavailable, replicas, Math.floor);   // unavailable down
  return { surge, down: surge + down === 0 ? 1 : down };
}

export function roll(replicas, { surge, down }, startS, stopS) {
  const make = (version, readyAt) => ({ version, readyAt, goneAt: Infinity });
  let pods = Array.from({ length: replicas }, () => make('old', 0));
  const seen = { leastReady: replicas, mostLive: 0, mostPresent: 0, seconds: 0 };
  for (let now = 0; now < 1_000; now += 1) {
    pods = pods.filter(({ goneAt }) => now < goneAt);
    const live = pods.filter(({ goneAt }) => goneAt === Infinity);
    const ready = live.filter(({ readyAt }) => now >= readyAt);
    const old = live.filter(({ version }) => version === 'old');
    const spare = Math.max(0, ready.length - (replicas - down));
    const stopped = old.slice(0, spare);
    for (const pod of stopped) pod.goneAt = now + stopS;
    const left = live.length - stopped.length;
    const fresh = live.length - old.length;
    const births = Math.min(replicas + surge - left, replicas - fresh);
    for (let i = 0; i < births; i += 1) pods.push(make('new', now + startS));
    seen.leastReady = Math.min(seen.leastReady, ready.length - stopped.length);
    seen.mostLive = Math.max(seen.mostLive, left + births);
    seen.mostPresent = Math.max(seen.mostPresent, pods.length);
    if (old.length === stopped.length && ready.length - stopped.length === replicas) {
      return { ...seen, seconds: now };
    }
  }
  throw new Error('did not end');
}

for (const [replicas, surge, down] of [
  [3, 1, 0], [3, '25%', '25%'], [10, '25%', '25%'], [20, '25%', '25%'], [20, 0, '25%'],
]) {
  const r = roll(replicas, bounds(replicas, surge, down), 20, 30);
  console.log(`${String(replicas).padStart(2)} replicas, ${surge}/${down}:`.padEnd(24),
    `ready >= ${r.leastReady}, live <= ${r.mostLive}, present <= ${r.mostPresent},`,
    `done after ${r.seconds} s`);
}
