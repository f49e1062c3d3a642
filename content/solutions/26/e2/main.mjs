const RATE = 40_000;                             // visits a minute
const TICK = 1;                                  // minutes between two verdicts
const BAD = 0.02;

export function exposure({ share, needed, undo }) {
  const perMinute = RATE * share;
  const ticks = Math.ceil(needed / perMinute / TICK);       // verdicts come once a minute
  const seen = Math.round(perMinute * (ticks * TICK + undo));
  return { minutes: ticks * TICK + undo, seen, failed: Math.round(seen * BAD) };
}

const plans = [
  ['canary 1%', { share: 0.01, needed: 500, undo: 1 }],
  ['canary 10%', { share: 0.1, needed: 500, undo: 1 }],
  ['blue-green', { share: 1, needed: 500, undo: 1 }],
  ['all, replace back', { share: 1, needed: 500, undo: 6 }],
];
for (const [name, plan] of plans) {
  const { minutes, seen, failed } = exposure(plan);
  console.log(name.padEnd(18), `${minutes} min`, String(seen).padStart(7), 'exposed',
    String(failed).padStart(5), 'failed');
}

console.log('customers who meet a 1% canary, by number of requests');
for (const requests of [1, 6, 20]) {
  const perRequest = (1 - 0.99 ** requests) * 100;
  console.log(String(requests).padStart(3), `drawn per request ${perRequest.toFixed(1)}%,`,
    'drawn per customer 1.0%');
}
