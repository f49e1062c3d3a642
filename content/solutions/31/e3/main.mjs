// Which single factor changes a test's verdict? Everything else stays as it was.
const seeded = (state) => () => {
  state = (state + 0x6d2b79f5) | 0;
  let x = Math.imul(state ^ (state >>> 15), 1 | state);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
};

const tests = {                                  // each gets a world, and passes or not
  'mail goes out after the order': ({ took }) => took('mail') <= 50,       // "sleep(50)"
  'hold ends today': ({ now }) => {
    const day = (ms) => Math.floor(ms / 86_400_000);
    return day(now()) === day(now() + 300_000);
  },
  'first order has number 1': ({ shared }) => {
    shared.orders = (shared.orders ?? 0) + 1;
    return shared.orders === 1;
  },
  'discount code is new': ({ random }) => {
    const codes = Array.from({ length: 20 }, () => Math.floor(random() * 1_000));
    return new Set(codes).size === codes.length;
  },
  'seat map loads from the staging host': ({ up }) => up('staging'),
  'half a hold is left after 150 s': () => 300_000 - 150_000 === 150_000,
};

const base = { now: 43_200_000, seed: 1, slow: 1, staging: true, before: [] };
const variations = {
  wait: [{ slow: 2 }, { slow: 5 }],
  clock: [{ now: 86_399_000 }, { now: 86_000_000 }],
  order: Object.keys(tests).map((name) => ({ before: [name] })),
  chance: Array.from({ length: 30 }, (_, i) => ({ seed: i + 2 })),
  outside: [{ staging: false }],
};

function run(name, options) {
  const { now, seed, slow, staging, before } = { ...base, ...options };
  const shared = {};                             // what tests can leave behind
  const world = { now: () => now, random: seeded(seed), shared,
    took: () => 30 * slow, up: () => staging };
  for (const other of before) tests[other]({ ...world, random: seeded(seed) });
  return tests[name](world);
}

console.log('test'.padEnd(38), 'verdict changes with');
for (const name of Object.keys(tests)) {
  const usual = run(name, {});
  const causes = Object.entries(variations).flatMap(([factor, list]) => {
    const other = list.filter((options) => run(name, options) !== usual).length;
    return other ? [`${factor} (${other} of ${list.length})`] : [];
  });
  console.log(name.padEnd(38), causes.join(', ') || 'nothing');
}
