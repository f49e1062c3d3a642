import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStore, Died, work } from './settle.mjs';

const accounts = Array.from({ length: 1_000 }, (_, i) => 3 * i + 1);
const cents = (id) => id * 7;
const dieAt = (n) => {
  let steps = 0;
  return () => {
    steps += 1;
    if (steps === n) throw new Died(`at step ${n}`);
  };
};

test('killed at any step and started again, each account gets one line', () => {
  let steps = 0;
  work({ store: createStore(accounts), settle: cents, step: () => { steps += 1; } });
  for (let n = 1; n <= steps; n += 7) {
    const store = createStore(accounts);
    assert.throws(() => work({ store, settle: cents, step: dieAt(n) }), Died);
    assert.equal(work({ store, settle: cents }), 'done');
    assert.deepEqual(store.read().lines.map(({ id }) => id), accounts);
  }
});
test('a crash repeats at most one chunk', () => {
  for (const n of [1, 50, 101, 102, 555, 1_020]) {
    const store = createStore(accounts);
    let calls = 0;
    const counted = (id) => { calls += 1; return cents(id); };
    assert.throws(() => work({ store, settle: counted, step: dieAt(n) }), Died);
    work({ store, settle: counted });
    assert.ok(calls <= accounts.length + 100, `${calls} calls`);
  }
});
test('SIGTERM ends between chunks, and nothing is repeated', () => {
  const store = createStore(accounts);
  let calls = 0;
  const counted = (id) => { calls += 1; return cents(id); };
  assert.equal(work({ store, settle: counted, stopping: () => calls > 250 }), 'stopped');
  assert.equal(store.read().lines.length, 300);
  assert.equal(work({ store, settle: counted }), 'done');
  assert.equal(calls, 1_000);
});
test('one account that always fails is parked; the others are settled', () => {
  const store = createStore(accounts);
  const settle = (id) => { if (id === 301) throw new TypeError('no currency'); return cents(id); };
  assert.equal(work({ store, settle }), 'done');
  assert.deepEqual(store.read().parked, [301]);
  assert.equal(store.read().lines.length, 999);
});
test('one that fails twice is settled in the third try', () => {
  const store = createStore(accounts);
  let fails = 2;
  const settle = (id) => { if (id === 301 && fails-- > 0) throw new Error('busy'); return cents(id); };
  assert.equal(work({ store, settle }), 'done');
  assert.deepEqual(store.read().parked, []);
  assert.equal(store.read().lines.length, 1_000);
});
