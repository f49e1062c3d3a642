import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createQueue, process } from './lease.mjs';

function world() {
  let t = 0;
  const queue = createQueue({ now: () => t, leaseMs: 30_000 });
  queue.send('m1', 'order_812');
  const tick = (ms) => { t += ms; };
  return { queue, tick, message: queue.receive() };
}
const steps = (n, ms) => Array.from({ length: n }, () => ({ ms }));

test('seventy seconds of work on a lease of thirty', () => {
  const { queue, tick, message } = world();
  const run = { queue, tick, message, steps: steps(14, 5_000), everyMs: 10_000 };
  assert.equal(process({ ...run, limitMs: 120_000 }), 'acknowledged');
  tick(600_000);
  assert.equal(queue.receive(), undefined);
});

test('without extension the acknowledgment is too late', () => {
  const { queue, tick, message } = world();
  const run = { queue, tick, message, steps: steps(14, 5_000), everyMs: Infinity };
  assert.equal(process({ ...run, limitMs: 120_000 }), 'too late');
  assert.equal(queue.receive().deliveries, 2);
});

test('one step longer than the lease: the worker notices and stops', () => {
  const { queue, tick, message } = world();
  const run = { queue, tick, message, steps: [{ ms: 45_000 }, { ms: 5_000 }] };
  assert.equal(process({ ...run, everyMs: 10_000, limitMs: 120_000 }), 'lost the lease');
});

test('an old receipt cannot acknowledge the next delivery', () => {
  const { queue, tick, message } = world();
  tick(30_000);
  const second = queue.receive();
  assert.equal(queue.ack(message.receipt), false);
  assert.equal(queue.extend(message.receipt), false);
  assert.equal(queue.ack(second.receipt), true);
});

test('a job that hangs gives its message up', () => {
  const { queue, tick, message } = world();
  const run = { queue, tick, message, steps: steps(100, 5_000), everyMs: 10_000 };
  assert.equal(process({ ...run, limitMs: 120_000 }), 'gave up');
  tick(30_000);
  assert.equal(queue.receive().deliveries, 2);
});
