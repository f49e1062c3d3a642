// How many instances keep the promise, also with a machine or a zone missing?
import { simulate } from './queue.mjs';

const [DEMAND, PER_INSTANCE, P99_S] = [4_000, 100, 0.3];

// In M/M/1 the time inside is exponential with rate μ - λ, so p99 = ln 100 / (μ - λ).
const p99 = (instances) => Math.log(100) / (PER_INSTANCE - DEMAND / instances);
const keeps = (instances) => instances * PER_INSTANCE > DEMAND && p99(instances) <= P99_S;

const lost = {
  'nothing lost': () => 0,
  'one instance lost': () => 1,
  'one of three zones lost': (n) => Math.ceil(n / 3),
};
for (const [name, missing] of Object.entries(lost)) {
  let n = 1;
  while (!keeps(n - missing(n))) n += 1;
  const left = n - missing(n);
  const busy = DEMAND / (left * PER_INSTANCE);
  const run = simulate({ busy });                // in units of one mean service, 10 ms
  console.log(name.padEnd(24), `${n} instances, normally`,
    `${(100 * DEMAND / (n * PER_INSTANCE)).toFixed(1)}% busy; then ${left},`,
    `${(100 * busy).toFixed(1)}%, p99 ${(1_000 * p99(left)).toFixed(0)} ms`,
    `(run: ${(1_000 * run.p99 / PER_INSTANCE).toFixed(0)} ms)`);
}
