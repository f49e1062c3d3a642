// Read what a platform says about five Pods, and name the cause before the cure.
const pods = [
  { name: 'notifier', restarts: 41, reason: 'OOMKilled', exit: 137, limitMiB: 512, peakMiB: 512,
    heapMiB: 1024, periods: 9_000, throttled: 20 },
  { name: 'booking', restarts: 12, reason: 'Error', exit: 137, limitMiB: 1024, peakMiB: 410,
    heapMiB: 640, livenessFailures: 36, periods: 9_000, throttled: 4_950 },
  { name: 'payments', restarts: 7, reason: 'Error', exit: 1, limitMiB: 256, peakMiB: 90,
    heapMiB: 160, periods: 9_000, throttled: 3 },
  { name: 'catalog', restarts: 0, reason: undefined, limitMiB: 512, peakMiB: 300,
    heapMiB: 320, periods: 9_000, throttled: 2_700 },
  { name: 'export', restarts: 3, reason: 'Error', exit: 137, limitMiB: 512, peakMiB: 200,
    heapMiB: 320, livenessFailures: 0, periods: 9_000, throttled: 5 },
];

export function diagnose(pod) {
  const share = pod.throttled / pod.periods;
  const found = [];
  if (pod.reason === 'OOMKilled') {
    found.push(pod.heapMiB >= pod.limitMiB
      ? `heap may grow to ${pod.heapMiB} of ${pod.limitMiB} MiB: set it below the limit`
      : 'memory besides the heap, or a leak: take a heap snapshot');
  } else if (pod.exit === 137 && pod.livenessFailures > 0) {
    found.push(`killed by its liveness probe${share > 0.25 ? ', which throttling slows' : ''}`);
  } else if (pod.exit === 137) {                  // SIGKILL, and neither of the usual two
    found.push('killed from outside: was there a SIGTERM that it ignored? read the events');
  } else if (pod.restarts > 0) {
    found.push(`ended by itself with ${pod.exit}: read its last log lines`);
  }
  if (share > 0.25) found.push(`throttled in ${Math.round(share * 100)}% of periods`);
  return found.length ? found : ['nothing found'];
}

for (const pod of pods) {
  console.log(pod.name.padEnd(8), String(pod.restarts).padStart(2), 'restarts |',
    diagnose(pod).join(' | '));
}
