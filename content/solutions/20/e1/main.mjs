// Corrects what a closed load generator has measured, and compares with an open one.
import { closed, open } from './load.mjs';

const percentile = (waits, share) =>
  Math.round(waits.toSorted((a, b) => a - b)[Math.ceil(share * waits.length) - 1]);
const slow = (waits) => waits.filter((wait) => wait > 100).length;

// A user who waited longer than the plan's interval left out requests.
// The first of them would have waited one interval less, and so on.
function corrected(waits, everyMs) {
  const all = [];
  for (const wait of waits) {
    for (let rest = wait; rest > 0; rest -= everyMs) all.push(rest);
  }
  return all;
}

console.log('stall   as sent        corrected         open            by hand');
console.log('        p99   >100     p99   >100     p99   >100          >100');
for (const seconds of [0.1, 0.5, 2, 5]) {
  const stall = { from: 30_000, until: 30_000 + seconds * 1_000 };
  const sent = closed({ users: 10, everyMs: 100, stall });
  const columns = [sent, corrected(sent, 100), open({ perSecond: 100, stall })];
  const cells = columns.map((waits) =>
    String(percentile(waits, 0.99)).padStart(5) + String(slow(waits)).padStart(7));
  // Open, 100/s, 5 ms each: t ms after the stall began, a request takes stall + 5 - t / 2.
  const hand = Math.ceil((2 * (seconds * 1_000 + 5 - 100)) / 10);
  console.log(`${seconds} s`.padEnd(6), cells.join('    '), String(hand).padStart(13));
}
