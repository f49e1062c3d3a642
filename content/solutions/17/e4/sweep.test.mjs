import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply, plan, purge, restore } from './sweep.mjs';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function world({ live = 140, orphans = 5 } = {}) {
  const names = Array.from({ length: live }, (_, i) => `seatplan-${i}`);
  const bucket = new Map(names.map((name) => [name, {}]));
  for (let i = 0; i < orphans; i += 1) bucket.set(`orphan-${i}`, {});
  const list = (after) => {
    const from = after === undefined ? 0 : names.indexOf(after) + 1;
    const items = names.slice(from, from + 100);
    return { items, total: names.length, next: from + 100 < names.length ? items.at(-1) : undefined };
  };
  return { names, bucket, list };
}
const hidden = (bucket) => [...bucket].filter(([, f]) => f.hiddenAt !== undefined).length;
const twice = (w, options = {}) =>
  plan({ ...w, now: DAY, ...options, previous: plan({ ...w, now: 0, ...options }) });

test('a plan changes nothing, and names only what was an orphan twice', () => {
  const w = world();
  const first = plan({ ...w, now: 0 });
  w.bucket.set('upload-in-progress', {});
  const second = plan({ ...w, now: DAY, previous: first });
  assert.deepEqual(second.names, ['orphan-0', 'orphan-1', 'orphan-2', 'orphan-3', 'orphan-4']);
  assert.equal(hidden(w.bucket), 0);
});
test('a list that gives less than it claims stops the sweep', () => {
  const w = world();
  const short = () => ({ ...w.list(), next: undefined });
  assert.throws(() => plan({ ...w, list: short, now: 0 }), /read 100 of 140/);
});
test('an empty catalog is a fault', () => {
  const w = world();
  const empty = () => ({ items: [], total: 0 });
  assert.throws(() => plan({ ...w, list: empty, now: 0 }), /empty catalog/);
});
test('more than 5% needs a name, and a plan of yesterday is refused', () => {
  const w = world({ orphans: 20 });
  const planned = twice(w);
  assert.equal(planned.tooMany, true);
  assert.throws(() => apply(planned, { ...w, now: DAY }), /20 names, at most 8/);
  assert.throws(() => apply(planned, { ...w, now: 2 * DAY, approvedBy: 'salma' }), /too old/);
  assert.equal(apply(planned, { ...w, now: DAY, approvedBy: 'salma' }), 20);
});
test('a name that entered the catalog after the plan is spared', () => {
  const w = world();
  const planned = twice(w);
  w.names.push('orphan-3');
  assert.equal(apply(planned, { ...w, now: DAY + HOUR }), 4);
  assert.equal(w.bucket.get('orphan-3').hiddenAt, undefined);
});
test('a hidden name that came back is restored, and a short list purges nothing', () => {
  const w = world();
  apply(twice(w), { ...w, now: DAY });
  w.names.push('orphan-3');
  const short = () => ({ ...w.list(), next: undefined });
  assert.throws(() => purge({ ...w, list: short, now: 31 * DAY }), /read 100 of 141/);
  assert.equal(purge({ ...w, now: 31 * DAY }), 4);
  assert.equal(w.bucket.get('orphan-3').hiddenAt, undefined);
});
test('hidden is not gone: restored before 30 days, purged after', () => {
  const w = world();
  apply(twice(w), { ...w, now: DAY });
  restore(w.bucket, 'orphan-0');
  assert.equal(purge({ ...w, now: 30 * DAY }), 0);
  assert.equal(purge({ ...w, now: 31 * DAY }), 4);
  assert.equal(w.bucket.has('orphan-0'), true);
});
