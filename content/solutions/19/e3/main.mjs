// Candidate shard keys, judged by a log of operations.
import { seeded } from './queue.mjs';
import { hash } from './ring.mjs';

const [SHARDS, SHOWS, CUSTOMERS, PROMOTERS] = [8, 400, 50_000, 40];
const random = seeded(19);
const upTo = (n) => Math.floor(random() * n);
const popular = () => Math.floor(SHOWS ** random()) - 1;      // show 0 most often
// Some promoters put on many shows, most put on few: number 0 the most.
const promoterOf = Array.from({ length: SHOWS },
  () => Math.floor(PROMOTERS ** random()) - 1);
const kinds = [['hold', 40], ['seat map', 30], ['order', 15], ['own orders', 10],
  ['report', 5]];

function operation() {
  let at = upTo(100);
  const [kind] = kinds.find(([, share]) => (at -= share) < 0);
  const show = popular();
  return { kind, show, customer: upTo(CUSTOMERS), promoter: promoterOf[show],
    order: upTo(1_000_000) };
}
// What an operation knows before it is sent. Without the key it must ask every shard.
const knows = {
  hold: ['show', 'customer', 'promoter'],
  'seat map': ['show', 'promoter'],
  order: ['show', 'customer', 'promoter', 'order'],
  'own orders': ['customer'],
  report: ['promoter'],
};
const log = Array.from({ length: 100_000 }, operation);

for (const key of ['show', 'customer', 'promoter', 'order']) {
  const load = new Array(SHARDS).fill(0);
  let single = 0;
  for (const op of log) {
    if (knows[op.kind].includes(key)) {
      single += 1;
      load[hash(`${key}-${op[key]}`) % SHARDS] += 1;
    } else load.forEach((_, shard) => { load[shard] += 1; });
  }
  const calls = load.reduce((a, b) => a + b, 0);
  // One constraint keeps "a seat is sold at most once" if equal seats meet on one shard.
  const local = key === 'show' || key === 'promoter';
  console.log(key.padEnd(9), `one shard ${(100 * single / log.length).toFixed(0)}%,`,
    `calls per operation ${(calls / log.length).toFixed(2)},`,
    `fullest ${(Math.max(...load) / (calls / SHARDS)).toFixed(2)},`,
    `a seat's rule ${local ? 'on one shard' : 'across shards'}`);
}
// The promoter asks fewer shards and keeps the rule too, but is the larger value: by directory
// one show can be set apart, a promoter's shows only together. So the show it is: 5% of the
// operations, the reports, ask everyone, or a copy that is kept from events.
