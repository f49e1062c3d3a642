export const seeded = (state) => () => {         // mulberry32: the same numbers every run
  state = (state + 0x6d2b79f5) | 0;
  let x = Math.imul(state ^ (state >>> 15), 1 | state);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
};

export function createZipf(keys, exponent, random) {       // rank k: 1 / k^exponent
  const sums = [];
  for (let k = 1; k <= keys; k += 1) sums.push((sums.at(-1) ?? 0) + 1 / k ** exponent);
  return () => {
    const wanted = random() * sums.at(-1);
    let [low, high] = [0, keys - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] > wanted) high = middle; else low = middle + 1;
    }
    return low + 1;
  };
}

export function hitRatio(cache, trace, counts = () => true) {
  let [hits, asked] = [0, 0];
  for (const key of trace) {
    const hit = cache.get(key) !== undefined;
    if (!hit) cache.set(key, true);
    if (counts(key)) { asked += 1; hits += hit; }
  }
  return hits / asked;
}
