import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inTurns } from './turns.mjs';

const numbers = (n) => Array.from({ length: n }, (_, i) => i);

async function watch(job) {                      // the cost of each turn, while job runs
  const turns = [];
  let [spent, on] = [0, true];
  const beat = () => {
    if (spent > 0) turns.push(spent);
    spent = 0;
    if (on) setImmediate(beat);
  };
  setImmediate(beat);
  const result = await job((cost) => { spent += cost; });
  on = false;
  await new Promise((resolve) => { setImmediate(resolve); });
  return { result, turns };
}

test('no turn costs more than the budget, and the order is kept', async () => {
  const { result, turns } = await watch((spend) =>
    inTurns(numbers(1_000), (n) => { spend(1); return n * 2; }, { budget: 100 }));
  assert.deepEqual(turns, Array(10).fill(100));
  assert.deepEqual(result, numbers(1_000).map((n) => n * 2));
});

test('an awaited function without turns takes them all in one', async () => {
  const { turns } = await watch(async (spend) => {
    for (const n of numbers(1_000)) { spend(1); await n; }
  });
  assert.deepEqual(turns, [1_000]);
});

test('costs differ: the budget bounds their sum, not their number', async () => {
  const { turns } = await watch((spend) =>
    inTurns([60, 60, 10, 30, 250, 1], spend, { budget: 100, costOf: (cost) => cost }));
  assert.deepEqual(turns, [60, 100, 250, 1]);    // 250 cannot be divided here
});

test('two jobs share the loop', async () => {
  const log = [];
  const job = (name) => inTurns(numbers(4), () => log.push(name), { budget: 2 });
  await Promise.all([job('a'), job('b')]);
  assert.equal(log.join(''), 'aabbaabb');
});

test('a change between turns is not seen', async () => {
  const holds = new Set(['A1', 'A2', 'A3', 'A4']);
  const seen = inTurns(holds, (seat) => seat, { budget: 2 });
  setImmediate(() => { holds.delete('A4'); holds.add('B9'); });
  assert.deepEqual(await seen, ['A1', 'A2', 'A3', 'A4']);
});

test('work ends when its caller has left', async () => {
  const leaving = new AbortController();
  let done = 0;
  const job = inTurns(numbers(1_000), () => { done += 1; },
    { budget: 100, signal: leaving.signal });
  setImmediate(() => leaving.abort());
  await assert.rejects(job, { name: 'AbortError' });
  assert.ok(done <= 200, `${done}`);
});

test('a failure in a later turn reaches the caller; no budget is refused', async () => {
  await assert.rejects(inTurns([1, 2, 3], (n) => {
    if (n === 3) throw new Error('no row');
  }, { budget: 1 }), /no row/);
  await assert.rejects(inTurns([1], () => {}, { budget: 0 }), RangeError);
});
