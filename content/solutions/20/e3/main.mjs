// What would it bring if a stage took no time? Asked of the mean, and of p99, by replay.
const seeded = (state) => () => {                // mulberry32
  state = (state + 0x6d2b79f5) | 0;
  let x = Math.imul(state ^ (state >>> 15), 1 | state);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
};
const random = seeded(7);
const stages = ['parse', 'pool', 'query', 'render', 'serialize'];
const requests = Array.from({ length: 10_000 }, () => ({
  parse: 2,
  pool: random() < 0.02 ? 400 + 200 * random() : 0.5,      // a connection is rarely missing
  query: 20 + 10 * random(),
  render: 30 + 5 * random(),
  serialize: 18 + 4 * random(),
}));

function measure(without) {
  const times = requests.map((request) =>
    stages.reduce((sum, stage) => sum + (stage === without ? 0 : request[stage]), 0));
  times.sort((a, b) => a - b);
  return {
    mean: times.reduce((sum, ms) => sum + ms, 0) / times.length,
    p50: times[times.length * 0.5 - 1],
    p99: times[times.length * 0.99 - 1],
  };
}

const line = (label, cells) => console.log(label.padEnd(18),
  cells.map((cell) => cell.padStart(9)).join(''));
const now = measure();
line('', ['mean', 'p50', 'p99']);
line('now, ms', [now.mean, now.p50, now.p99].map((ms) => ms.toFixed(1)));
for (const stage of stages) {
  const then = measure(stage);
  const gain = (key) => `-${(100 * (1 - then[key] / now[key])).toFixed(1)}%`;
  line(`without ${stage}`, [gain('mean'), gain('p50'), gain('p99')]);
}
const share = (now.mean - measure('serialize').mean) / now.mean;
console.log(`\nserialize twice as fast: mean -${(50 * share).toFixed(1)}%`,
  `(limit ${(1 / (1 - share)).toFixed(2)}x)`);
