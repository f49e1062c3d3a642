import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorld, runToEnd } from './delivery.mjs';

const orders = [{ id: 'order_1', name: 'Ana' }, { id: 'order_2', name: 'Ben' }];

function everyCrash(options, judge) {            // the same evening, dying at each point
  const calm = createWorld(options);
  runToEnd(calm, orders);
  const bad = [];
  for (let crashAt = 1; crashAt <= calm.points(); crashAt += 1) {
    const world = createWorld({ ...options, crashAt });
    runToEnd(world, orders);
    if (!judge(world)) bad.push(crashAt);
  }
  return { points: calm.points(), bad };
}
const ticketsOf = (world) => world.ticketing.state.tickets.toSorted().join(', ');
const once = (world) => ticketsOf(world) === 'order_1 Ana, order_2 Ben'
  && world.mail.sent.toSorted().join() === 'order_1,order_2';

test('an evening without a crash', () => {
  const world = createWorld();
  assert.equal(runToEnd(world, orders), 1);
  assert.ok(once(world));
});

test('one ticket and one mail each, from every point', () => {
  const { points, bad } = everyCrash({}, once);
  assert.equal(points, 22);
  assert.deepEqual(bad, []);
});

test('the dual write loses tickets', () => {
  const { bad } = everyCrash({ outbox: false }, once);
  assert.deepEqual(bad, [2, 5]);
});

test('a mail provider without keys sends some twice', () => {
  const { bad } = everyCrash({ mailKeys: false }, once);
  assert.ok(bad.length > 0);
  const { bad: tickets } = everyCrash({ mailKeys: false },
    (world) => ticketsOf(world) === 'order_1 Ana, order_2 Ben');
  assert.deepEqual(tickets, []);
});

test('a poison event goes aside, and those behind it pass', () => {
  const world = createWorld();
  runToEnd(world, [{ id: 'order_0' }, ...orders]);
  assert.ok(once(world));
  assert.deepEqual(world.dead.map(({ event, deliveries }) => [event.id, deliveries]),
    [['order_0/paid', 3]]);
});
