const PAGE = 100;                                // entries on a page
const ROOM = 1_000;                              // entries sorted in memory
const ROWS = 100_000;

const seeded = (state) => () => {                // mulberry32: the same numbers every run
  state = (state + 0x6d2b79f5) | 0;
  let x = Math.imul(state ^ (state >>> 15), 1 | state);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
};

function createLsm({ fanIn, mayHold }) {         // mayHold: never a false no
  let written = 0;
  const tiers = [];
  let memory = [];
  function add(run, rank) {
    (tiers[rank] ??= []).push(run);
    written += Math.ceil(run.size / PAGE);
    if (tiers[rank].length < fanIn) return;
    const full = tiers[rank];
    tiers[rank] = [];
    add(new Set(full.flatMap((part) => [...part]).sort((a, b) => a - b)), rank + 1);
  }
  return {
    insert(key) {
      memory.push(key);
      if (memory.length < ROOM) return;
      const run = new Set(memory.sort((a, b) => a - b));
      memory = [];
      add(run, 0);
    },
    lookup(key) {                                // pages read
      let read = 0;
      for (const run of tiers.flatMap((tier) => tier.toReversed())) {
        if (!mayHold(run, key)) continue;
        read += 1;
        if (run.has(key)) break;
      }
      return read;
    },
    written: () => written,
  };
}

function measure(fanIn, filtered) {
  const random = seeded(13);
  const chance = seeded(99);
  const mayHold = (run, key) => !filtered || run.has(key) || chance() < 0.01;
  const store = createLsm({ fanIn, mayHold });
  const keys = Array.from({ length: ROWS }, () => random());
  for (const key of keys) store.insert(key);
  let there = 0;
  let missing = 0;
  for (let n = 0; n < 2_000; n += 1) {
    there += store.lookup(keys[Math.floor(random() * ROWS)]);
    missing += store.lookup(1 + random());       // no key is 1 or more
  }
  return [store.written() / (ROWS / PAGE), there / 2_000, missing / 2_000];
}

console.log('fanIn  filter  times written  pages if there  if missing');
for (const filtered of [false, true]) {
  for (const fanIn of [2, 4, 8, 16]) {
    const [times, there, missing] = measure(fanIn, filtered);
    console.log(String(fanIn).padStart(5), (filtered ? 'yes' : 'no').padStart(7),
      times.toFixed(1).padStart(14), there.toFixed(2).padStart(15),
      missing.toFixed(2).padStart(11));
  }
}
