import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCounts, checkTimes, gate } from './gate.mjs';
import { counter, FREE, HELD, renderSeatMap, SOLD, stateOf } from './seat-map.mjs';

const seats = Array.from({ length: 20_000 }, (_, i) => `S${i}`);
const states = seats.filter((_, i) => i % 10 === 0)
  .map((id, i) => ({ id, state: i % 2 ? HELD : SOLD }));
const budgets = {
  queries: { most: 1, reason: 'one snapshot, no query for each seat' },
  steps: { most: 22_000, reason: '20,000 seats and 2,000 states' },
  longestTurn: { most: 500, reason: 'other requests wait for one turn' },
  bytes: { most: 5_000, reason: 'two bits a seat' },
};
async function counted(render = renderSeatMap, options = {}) {
  const count = counter();
  const bytes = await render({ seats, loadStates: async () => states, count, ...options });
  return { count, bytes };
}
const alternate = (change) => Array.from({ length: 20 }, (_, i) => {
  const machine = 1 + 0.3 * Math.sin(i);         // the machine is slower in some hours
  const noise = i % 2 ? 1.01 : 0.99;
  return [100 * machine, 100 * machine * (1 + change) * noise];
});

test('the map is right, and within its budgets', async () => {
  const { count, bytes } = await counted();
  assert.deepEqual([0, 1, 10, 20].map((i) => stateOf(bytes, i)), [SOLD, FREE, HELD, SOLD]);
  assert.deepEqual(checkCounts(budgets, count), []);
});

test('a scan is found by its count, on any machine', async () => {
  const scan = async ({ loadStates, count }) => {
    count.queries += 1;
    const list = await loadStates();
    const same = (seat) => ({ id }) => { count.steps += 1; return id === seat; };
    for (const seat of seats) list.some(same(seat));
    count.longestTurn = count.steps;
  };
  const { count } = await counted(scan);
  assert.deepEqual(checkCounts(budgets, count), [
    'steps: 38001000, at most 22000', 'longestTurn: 38001000, at most 500']);
});

test('a query for each seat is found', async () => {
  const { count } = await counted();
  count.queries = 20_001;
  assert.deepEqual(checkCounts(budgets, count), ['queries: 20001, at most 1']);
});

test('a budget without a reason, or without a count, fails', () => {
  assert.deepEqual(checkCounts({ bytes: { most: 9_000 } }, { bytes: 8_000 }),
    ['bytes: a budget needs a reason']);
  assert.deepEqual(checkCounts(budgets, {}).length, 4);
});

test('pairs cancel the hour of the machine', () => {
  assert.equal(checkTimes(alternate(0), { limit: 0.05 }).verdict, 'fine');
  assert.equal(checkTimes(alternate(0.1), { limit: 0.05 }).verdict, 'slower');
});

test('what cannot be told is measured again, and not waved through', async () => {
  const { count } = await counted();
  const result = (change) =>
    gate({ budgets, counts: count, pairs: alternate(change), limit: 0.05 }).result;
  assert.deepEqual([0, 0.05, 0.1].map(result), ['pass', 'measure again', 'fail']);
});

test('too few pairs, or a run without a duration, are no measurement', () => {
  assert.equal(checkTimes(alternate(0).slice(0, 3), { limit: 0.05 }).verdict, 'invalid');
  const failed = alternate(0).with(7, [100, NaN]);         // and not: measure again
  assert.equal(checkTimes(failed, { limit: 0.05 }).verdict, 'invalid');
});
