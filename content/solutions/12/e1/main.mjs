// How many calls reach the last service, and how often the slowest of many is slow.
export const calls = (triesPerLayer) => triesPerLayer.reduce((all, tries) => all * tries, 1);
export const atLeastOne = (share, n) => 1 - (1 - share) ** n;

const percent = (x) => `${(100 * x).toFixed(1)}%`;

console.log('tries per layer   calls at the end   with retries in one layer');
for (const tries of [[3], [3, 3], [3, 3, 3], [2, 3, 4]]) {
  const one = Math.max(...tries);
  console.log(tries.join(' x ').padEnd(17), String(calls(tries)).padStart(16),
    String(one).padStart(27));
}

const capacity = 200;
const arrivals = 60;
for (const layers of [1, 2, 3]) {
  const offered = arrivals * calls(new Array(layers).fill(3));
  console.log(`${layers} layers: ${offered}/s offered, storm`, offered > capacity);
}

console.log('calls at once   slow, one in 100   slow, one in 10,000 (hedged)');
for (const n of [1, 10, 20, 100]) {              // hedged: both copies must be slow
  console.log(String(n).padStart(13), percent(atLeastOne(0.01, n)).padStart(18),
    percent(atLeastOne(0.01 ** 2, n)).padStart(30));
}
let n = 1;
while (atLeastOne(0.01, n) < 0.5) n += 1;
console.log('half of all pages meet the slow one from', n, 'calls on');
