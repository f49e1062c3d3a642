import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guarded } from './guarded.mjs';
import { run } from './scaler.mjs';

const after = (counts, minute) => counts.slice(minute);
const noisy = (t) => 500 + 60 * Math.sin(t * 1.7) + 40 * Math.sin(t / 11);

test('noise around a steady load moves nothing', () => {
  const { counts, lost } = run(noisy, guarded(), { minutes: 60 });
  assert.equal(lost, 0);
  assert.equal(new Set(after(counts, 5)).size, 1);
});

test('a slow day is followed up and down without a loss', () => {
  const day = (t) => 800 - 500 * Math.cos((2 * Math.PI * t) / 7_200);
  const { counts, lost } = run(day, guarded(), { minutes: 240 });
  assert.equal(lost, 0);
  const turns = counts.filter((n, i) => i > 1 && Math.sign(n - counts[i - 1]) *
    Math.sign(counts[i - 1] - counts[i - 2]) < 0).length;
  assert.equal(turns, 0);                        // no step up is followed by one down
  assert.ok(Math.max(...counts) <= Math.ceil(1_300 / 60) + 1, String(Math.max(...counts)));
});

test('an announced sale loses nothing', () => {
  const sale = (t) => (t < 600 ? 500 : 4_000);
  const plan = [{ from: 300, to: 1_800, n: 67 }];
  assert.equal(run(sale, guarded({ plan }), { minutes: 30 }).lost, 0);
});

test('an unannounced one is met after one window and one start', () => {
  const sale = (t) => (t < 600 ? 500 : 4_000);
  const { lost, counts } = run(sale, guarded({ maxGrowth: 10 }), { minutes: 30 });
  assert.ok(lost > 0);                           // no policy is faster than a start
  assert.ok(lost < 3_500 * (60 + 90), String(lost));
  assert.equal(counts.at(-1), 67);
});

test('without measurements the fleet stays', () => {
  const policy = guarded();
  const blind = (state) =>
    policy(state.t > 900 ? { ...state, arrived: NaN, busy: NaN } : state);
  const { counts } = run(() => 2_000, blind, { minutes: 30 });
  assert.equal(new Set(after(counts, 15)).size, 1);
});

test('a cost per request that doubled is seen by the busy signal', () => {
  const state = { t: 60, ready: 10, all: 10, busy: 1, arrived: 500, each: 100,
    target: 0.6 };
  assert.ok(guarded()(state) > 16);
});
