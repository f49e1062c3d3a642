// One key, 100 requests/s, lifetime 60 s, a load takes 1 s: who loads, how many at once?
import { seeded } from './trace.mjs';

const [TTL, LOAD, HOUR] = [60_000, 1_000, 3_600_000];      // ms

// After Vattani and others, 2015: each reader draws, and loads early if the draw says so.
const early = (beta) => ({ expires, took }, t, random) =>
  t - took * beta * Math.log(1 - random()) >= expires;
const never = () => false;

function run({ decide, single = false, stale = 0 }) {
  const random = seeded(15);
  let [entry, loading, loads, most, waits] = [{ expires: TTL, took: LOAD }, [], 0, 0, 0];
  for (let t = 0; t < HOUR; t += 1) {
    for (const done of loading.filter(({ at }) => at <= t)) {
      entry = { expires: done.asked + TTL, took: LOAD };
    }
    loading = loading.filter(({ at }) => at > t);
    if (random() >= 0.1) continue;               // 100 requests/s
    const usable = t < entry.expires + stale;
    const due = t >= entry.expires || decide(entry, t, random);
    if (!usable) waits += 1;
    if (due && !(single && loading.length > 0)) {
      loads += 1;
      loading.push({ asked: t, at: t + LOAD });
      most = Math.max(most, loading.length);
    }
  }
  return { loads, most, waits };
}

const cases = {
  'plain lifetime': { decide: never },
  'single flight': { decide: never, single: true },
  'early, beta 1': { decide: early(1) },
  'early, beta 2': { decide: early(2) },
  'early, beta 1, single flight': { decide: early(1), single: true },
  'stale 2 s, single flight': { decide: never, single: true, stale: 2_000 },
};
console.log('in one hour'.padEnd(30), '  loads  at once   waiting');
for (const [name, options] of Object.entries(cases)) {
  const { loads, most, waits } = run(options);
  console.log(name.padEnd(30), String(loads).padStart(7), String(most).padStart(8),
    String(waits).padStart(9));
}
