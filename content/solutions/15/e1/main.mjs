// What a lifetime buys for one key: hit ratio, loads per second, mean latency.
import { seeded } from './trace.mjs';

const HIT_MS = 1;
const MISS_MS = 81;                              // 1 ms to look, 80 ms to load

export const hitRatio = (rate, ttl) => (rate * ttl) / (1 + rate * ttl);  // Poisson arrivals
export const loadsPerSecond = (rate, ttl) => rate / (1 + rate * ttl);
export const meanMs = (hits) => hits * HIT_MS + (1 - hits) * MISS_MS;

function simulate(rate, ttl, requests) {
  const random = seeded(15);
  let [t, freshUntil, hits] = [0, -1, 0];
  for (let i = 0; i < requests; i += 1) {
    t -= Math.log(1 - random()) / rate;          // exponential gaps
    if (t < freshUntil) hits += 1; else freshUntil = t + ttl;
  }
  return hits / requests;
}

const percent = (x) => `${(100 * x).toFixed(2)}%`.padStart(8);
console.log('asked/s  ttl s   formula  simulated   loads/s  mean ms');
let [all, loads] = [0, 0];
for (const rate of [2_000, 10, 0.1]) {
  for (const ttl of [1, 10]) {
    const formula = hitRatio(rate, ttl);
    const measured = simulate(rate, ttl, 500_000);
    console.log(String(rate).padStart(7), String(ttl).padStart(6), ` ${percent(formula)}`,
      `  ${percent(measured)}`, loadsPerSecond(rate, ttl).toFixed(3).padStart(9),
      meanMs(formula).toFixed(2).padStart(8));
    if (Math.abs(formula - measured) > 0.01) throw new Error('formula and run disagree');
  }
}
for (const [shows, rate] of [[1, 2_000], [50, 10], [5_000, 0.1]]) {     // ttl 1 s for all
  all += shows * rate;
  loads += shows * loadsPerSecond(rate, 1);
}
console.log(`all shows, ttl 1 s: ${all} asked/s, ${loads.toFixed(0)} loads/s,`,
  `hit ratio ${percent(1 - loads / all).trim()}`);
const tail = 5_000 * loadsPerSecond(0.1, 1);
console.log(`of which the 5,000 quiet shows: ${tail.toFixed(0)} loads/s`);
