// Seven ways to fill and to invalidate, in every order. Values are versions: 1 is old.
import { orders } from './orders.mjs';

const world = () => ({ db: 1, replica: 1, cache: 0, floor: 0, lease: null });
const newest = (threads) => (threads.some(({ who }) => who === 'second') ? 3 : 2);

function explore(threads) {
  const found = { orders: 0, stale: 0, first: null };
  for (const order of orders(threads.map(({ who, steps }) =>
    steps.map(([what, run]) => ({ label: `${who} ${what}`, run }))))) {
    const w = world();
    if (order.some(({ run }) => run(w) === false)) continue;
    found.orders += 1;
    const stale = w.cache !== 0 && w.cache < newest(threads);
    if (!stale) continue;
    found.stale += 1;
    found.first ??= order.map(({ label }) => label).join(' > ');
  }
  return found;
}

const read = ['reads', (w) => { w.mine = w.db; }];
const readReplica = ['reads', (w) => { w.mine = w.replica; }];
const apply = ['applies', (w) => w.db === 2 && (w.replica = 2)];
const fillIfNewer = ['fills', (w) => { if (w.mine > w.cache) w.cache = w.mine; }];
const fillAboveFloor = ['fills', (w) => { if (w.mine >= w.floor) w.cache = w.mine; }];
const write = (version) => ['writes', (w) => w.db === version - 1 && (w.db = version)];
const set = (version) => ['sets', (w) => { w.cache = version; }];
const setIfNewer = (version) => ['sets', (w) => { w.cache = Math.max(w.cache, version); }];
const remove = ['deletes', (w) => { w.cache = 0; w.lease = null; }];
const mark = ['marks', (w) => { w.cache = 0; w.floor = 2; }];  // a tombstone
const lease = ['misses', (w) => {
  if (w.cache !== 0) return false;
  w.lease = 'r';
  return true;
}];
const fillIfLeased = ['fills', (w) => { if (w.lease === 'r') w.cache = w.mine; }];

const cases = {
  'two writers set': [{ who: 'first', steps: [write(2), set(2)] },
    { who: 'second', steps: [write(3), set(3)] }],
  'two writers set if newer': [{ who: 'first', steps: [write(2), setIfNewer(2)] },
    { who: 'second', steps: [write(3), setIfNewer(3)] }],
  'set and fill if newer': [{ who: 'reader', steps: [read, fillIfNewer] },
    { who: 'writer', steps: [write(2), setIfNewer(2)] }],
  'delete, fill if newer': [{ who: 'reader', steps: [read, fillIfNewer] },
    { who: 'writer', steps: [write(2), remove] }],
  'lease, the delete is lost': [{ who: 'reader', steps: [lease, read, fillIfLeased] },
    { who: 'writer', steps: [write(2)] }],
  'lease, from a replica': [{ who: 'reader', steps: [lease, readReplica, fillIfLeased] },
    { who: 'writer', steps: [write(2), remove] }, { who: 'replica', steps: [apply] }],
  'tombstone, from a replica': [{ who: 'reader', steps: [readReplica, fillAboveFloor] },
    { who: 'writer', steps: [write(2), mark] }, { who: 'replica', steps: [apply] }],
};
for (const [name, threads] of Object.entries(cases)) {
  const { orders: all, stale, first } = explore(threads);
  console.log(name.padEnd(26), `${stale} of ${all} stale`, first ? `\n  ${first}` : '');
}
