import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGuard, features, Refused } from './guard.mjs';

function world(options) {
  let t = 0;
  const timers = new Set();
  const after = (ms) => {
    const timer = { at: t + ms, ...Promise.withResolvers() };
    timers.add(timer);
    return { promise: timer.promise, cancel: () => timers.delete(timer) };
  };
  const advance = async (ms) => {
    t += ms;
    for (const timer of [...timers]) if (timer.at <= t) timer.resolve();
    for (let i = 0; i < 10; i += 1) await null;  // let what was waiting go on
  };
  const guard = createGuard({ now: () => t, after, size: 3, timeoutMs: 500, ...options });
  return { guard, advance };
}
const silence = () => new Promise(() => {});
const caught = (promise) => promise.then(() => 'ok', (error) => error.message);

test('a full compartment refuses at once and lets others in when one leaves', async () => {
  const { guard, advance } = world();
  const signals = [];
  const hang = (signal) => {
    signals.push(signal);
    return silence();
  };
  const waiting = [1, 2, 3].map(() => caught(guard.call(hang)));
  const fourth = await guard.call(hang).catch((error) => error);
  assert.ok(fourth instanceof Refused && fourth.reason === 'full');
  await advance(500);
  assert.deepEqual(await Promise.all(waiting), ['timeout', 'timeout', 'timeout']);
  assert.deepEqual(signals.map(({ aborted }) => aborted), [true, true, true]);
  assert.equal(await guard.call(async () => 'paid'), 'paid');
});

test('five failures open it, and a refusal says when to come back', async () => {
  const { guard, advance } = world();
  for (let i = 0; i < 5; i += 1) {
    const call = caught(guard.call(silence));
    await advance(500);
    assert.equal(await call, 'timeout');
  }
  assert.equal(guard.state(), 'open');
  await advance(2_000);
  const early = guard.call(async () => 'paid');
  await assert.rejects(early, { reason: 'open', retryAfterMs: 3_000 });
});

test('one probe decides, and the others are refused meanwhile', async () => {
  const { guard, advance } = world({ failures: 1 });
  const first = caught(guard.call(silence));
  await advance(500);
  await first;
  await advance(5_000);
  const answer = Promise.withResolvers();
  const probe = guard.call(() => answer.promise);
  const second = guard.call(async () => 'paid');
  await assert.rejects(second, { reason: 'open', retryAfterMs: 500 });
  answer.resolve('paid');
  assert.equal(await probe, 'paid');
  assert.equal(guard.state(), 'closed');
});

test('an answer from before the opening does not close it', async () => {
  const { guard, advance } = world({ failures: 1, timeoutMs: 10_000 });
  const slow = Promise.withResolvers();
  const early = guard.call(() => slow.promise);
  await caught(guard.call(async () => { throw new Error('reset'); }));
  assert.equal(guard.state(), 'open');
  slow.resolve('paid');
  assert.equal(await early, 'paid');
  assert.equal(guard.state(), 'open');
  await advance(1);
});

test('a declined card is an answer, not a failure', async () => {
  const { guard } = world({ failures: 1 });
  const declined = Object.assign(new Error('declined'), { final: true });
  await caught(guard.call(async () => { throw declined; }));
  assert.equal(guard.state(), 'closed');
});

test('each feature has its own answer to a loss', () => {
  assert.equal(features({}).hold, 'full');
  const { seatMap, hold, order, ticket } = features({ payments: false, notifier: false });
  assert.deepEqual([seatMap, hold, order, ticket],
    ['full', 'paused', 'refused, hold kept', 'later, from the queue']);
  assert.equal(features({ database: false }).seatMap, 'stale, marked');
});
