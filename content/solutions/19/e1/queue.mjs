export const seeded = (state) => () => {         // mulberry32: the same numbers every run
  state = (state + 0x6d2b79f5) | 0;
  let x = Math.imul(state ^ (state >>> 15), 1 | state);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
};
export const exponential = (mean, random) => -Math.log(1 - random()) * mean;

// First come, first served. `pick` says which of the free times the next one waits for.
export function simulate({ busy, servers = 1, speed = 1, work, pick, jobs = 400_000 }) {
  const random = seeded(19);
  const service = work ?? (() => exponential(1, random));   // mean 1
  const freeAt = new Array(servers).fill(0);
  const times = new Float64Array(jobs);
  const gap = 1 / (busy * servers * speed);      // so that `busy` is the utilization
  for (let i = 0, t = 0; i < jobs; i += 1) {
    t += exponential(gap, random);
    const server = pick ? pick(servers, random) : freeAt.indexOf(Math.min(...freeAt));
    freeAt[server] = Math.max(freeAt[server], t) + service() / speed;
    times[i] = freeAt[server] - t;               // waiting and service
  }
  times.sort();
  return { mean: times.reduce((sum, x) => sum + x, 0) / jobs,
    p99: times[Math.floor(0.99 * jobs)] };
}
