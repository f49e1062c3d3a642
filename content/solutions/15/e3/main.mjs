// S3-FIFO beside FIFO, LRU, and SIEVE, on three traces.
import { createFifo, createLru, createSieve } from './policies.mjs';
import { createZipf, hitRatio, seeded } from './trace.mjs';

export function createS3Fifo(capacity) {         // after Yang and others, SOSP 2023
  const smallMax = Math.max(1, Math.floor(capacity / 10));
  const mainMax = capacity - smallMax;
  const [small, main, ghost] = [new Map(), new Map(), new Set()];  // in order of arrival
  const first = (queue) => queue.keys().next().value;

  function evictMain() {
    for (;;) {
      const key = first(main);
      const node = main.get(key);
      main.delete(key);
      if (node.seen === 0) return;
      node.seen -= 1;                            // asked for: once more round
      main.set(key, node);
    }
  }
  function evictSmall() {
    const key = first(small);
    const node = small.get(key);
    small.delete(key);
    if (node.seen > 1) {                         // asked for again: promoted
      if (main.size >= mainMax) evictMain();
      main.set(key, { value: node.value, seen: 0 });
      return;
    }
    ghost.add(key);                              // remembered by name only
    if (ghost.size > mainMax) ghost.delete(first(ghost));
  }
  return {
    get(key) {
      const node = small.get(key) ?? main.get(key);
      if (node) node.seen = Math.min(3, node.seen + 1);
      return node?.value;
    },
    set(key, value) {
      const known = small.get(key) ?? main.get(key);
      if (known) { known.value = value; return; }
      if (ghost.delete(key)) {                   // it was thrown out too early
        if (main.size >= mainMax) evictMain();
        main.set(key, { value, seen: 0 });
        return;
      }
      if (small.size >= smallMax) evictSmall();
      small.set(key, { value, seen: 0 });
    },
    get size() { return small.size + main.size; },
  };
}

const next = createZipf(10_000, 1, seeded(15));
const steady = Array.from({ length: 100_000 }, next);
const scan = Array.from({ length: 5_000 }, (_, i) => -i - 1);
const traces = {
  'steady': steady,
  'with scans': steady.flatMap((key, i) =>
    (i % 20_000 === 10_000 ? [...scan, key] : [key])),
  'rising': steady.map((key, i) => key + Math.floor(i / 20)),
};
const policies = { 'FIFO': createFifo, 'LRU': createLru, 'SIEVE': createSieve,
  'S3-FIFO': createS3Fifo };
console.log(''.padEnd(11), Object.keys(policies).map((name) => name.padStart(8)).join(''));
for (const [name, trace] of Object.entries(traces)) {
  const ratios = Object.values(policies).map((create) =>
    hitRatio(create(1_000), trace, (key) => key > 0));
  console.log(name.padEnd(11),
    ratios.map((r) => `${(100 * r).toFixed(1)}%`.padStart(8)).join(''));
}
const cache = createS3Fifo(1_000);
for (const key of steady) if (cache.get(key) === undefined) cache.set(key, true);
console.log('never above its capacity:', cache.size <= 1_000);
