import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAbsenceAlarm, createExpirer } from './expirer.mjs';
import { createStore } from './store.mjs';

function evening(count = 1_000) {
  const clock = { t: 0 };
  const now = () => clock.t;
  const store = createStore({ now });
  for (let i = 0; i < count; i += 1) store.place(`h${i}`, 300_000 + (i * 7_919) % 100_000);
  const make = (owner, report) => createExpirer({ store, owner, now, report });
  const until = (end, each) => {
    for (; clock.t < end; clock.t += 1_000) each();
  };
  return { clock, now, store, make, until };
}
const once = (facts) => new Set(facts.map(({ id }) => id)).size === facts.length;

test('1,000 holds end once, each within a tick of its time', () => {
  const { store, make, until } = evening();
  const [a, b] = [make('A'), make('B')];
  until(420_000, () => { a.run(); b.run(); });
  assert.equal(store.facts.length, 1_000);
  assert.ok(once(store.facts));
  for (const { id, at } of store.facts) {
    assert.ok(at >= store.holds.get(id).until && at < store.holds.get(id).until + 1_000);
  }
});
test('A dies: B takes over after the lease, and ends what is overdue', () => {
  const { clock, store, make, until } = evening();
  const [a, b] = [make('A'), make('B')];
  until(340_000, () => { a.run(); b.run(); });
  until(440_000, () => b.run());
  assert.equal(b.token, 34);
  assert.equal(store.facts.length, 1_000);
  assert.ok(once(store.facts));
  assert.ok(clock.t >= 440_000);
});
test('A pauses: it wakes with token 33 and is refused', () => {
  const { store, make, until } = evening();
  const [a, b] = [make('A'), make('B')];
  until(340_000, () => { a.run(); b.run(); });
  until(380_000, () => b.run());
  a.run({ renews: false });                      // it goes on where it was, without a look
  assert.equal(a.refused.length, 1);
  assert.equal(a.token, undefined);
  assert.ok(once(store.facts));
});
test('an order that is being paid is left alone', () => {
  const { store, make, until } = evening(10);
  const a = make('A');
  a.run();
  store.order('h3');
  until(420_000, () => a.run());
  assert.equal(store.holds.get('h3').state, 'paying');
  assert.equal(store.facts.length, 9);
});
test('a leader whose clock is 5 s fast asks again until the store agrees', () => {
  const { clock, store } = evening(10);
  const fast = createExpirer({ store, owner: 'A', now: () => clock.t + 5_000 });
  for (; clock.t < 420_000; clock.t += 1_000) fast.run();
  assert.equal(store.facts.length, 10);
  for (const { id, at } of store.facts) assert.ok(at >= store.holds.get(id).until);
});
test('SIGTERM gives the lease back, so nobody waits for its end', () => {
  const { clock, make } = evening();
  const [a, b] = [make('A'), make('B')];
  a.run();
  a.stop();
  clock.t = 1_000;
  b.run();
  assert.equal(b.token, 34);
});
test('silence raises the alarm, also if nothing failed', () => {
  const { clock, now, make, until } = evening();
  const alarm = createAbsenceAlarm({ now, after: 60_000 });
  const a = make('A', alarm.report);
  until(120_000, () => a.run());
  assert.equal(alarm.silent(), false);
  clock.t = 181_000;
  assert.equal(alarm.silent(), true);
});
