import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createMove } from './move.mjs';

function createSide(provider, { feeBasisPoints = 150, down = false, hangs = false } = {}) {
  const payments = new Map();
  const side = {
    charges: 0,
    async charge({ orderId, amount }) {
      if (payments.has(orderId)) return payments.get(orderId);
      side.charges += 1;
      provider.push(orderId);
      const answer = { outcome: 'paid', amount };
      payments.set(orderId, answer);
      return answer;
    },
    async feeFor({ amount }) {
      if (down) throw new Error('next is down');
      if (hangs) await new Promise(() => {});    // never answers
      return { fee: Math.ceil(amount * feeBasisPoints / 10_000) };
    },
    records: () => [...payments].map(([orderId, answer]) => ({ orderId, answer })),
    async adopt({ orderId, answer }) { payments.set(orderId, answer); },
  };
  return side;
}

function world(options) {
  const provider = [];                           // every charge at the card network
  const reports = [];
  const [old, next] = [createSide(provider), createSide(provider, options)];
  const move = createMove({ old, next, report: (entry) => reports.push(entry) });
  return { old, next, move, provider, reports };
}
const charge = (move, orderId) => move.charge({ orderId, amount: 4_500 });

test('nothing moves at 0%, everything at 100%', async () => {
  const { old, next, move } = world();
  await charge(move, 'o1');
  move.setShare(100);
  await charge(move, 'o2');
  assert.deepEqual([old.charges, next.charges], [1, 1]);
});

test('10% of 10,000 orders are about 1,000', async () => {
  const { next, move } = world();
  move.setShare(10);
  for (let i = 0; i < 10_000; i += 1) await charge(move, `order_${i}`);
  assert.ok(next.charges > 900 && next.charges < 1_100, String(next.charges));
});

test('a repeat goes where the order began, whatever the share is now', async () => {
  const { move, provider } = world();
  await charge(move, 'o1');
  move.setShare(100);
  await charge(move, 'o1');
  await charge(move, 'o2');
  move.setShare(0);                              // and back again
  await charge(move, 'o2');
  assert.deepEqual(provider, ['o1', 'o2']);
});

test('a shadow answer is compared and never used', async () => {
  const { move, reports } = world({ feeBasisPoints: 151 });
  assert.deepEqual(await move.feeFor({ amount: 4_500 }), { fee: 68 });
  assert.equal(reports.length, 0);               // off until it is wanted
  move.setShadow(true);
  assert.deepEqual(await move.feeFor({ amount: 45_000 }), { fee: 675 });
  await move.compared();
  assert.deepEqual(reports.map(({ other }) => other), [{ fee: 680 }]);
});

test('a new side that is down or hangs harms nobody in the shadow', async () => {
  const { move, reports } = world({ down: true });
  move.setShadow(true);
  assert.deepEqual(await move.feeFor({ amount: 4_500 }), { fee: 68 });
  await move.compared();
  assert.equal(reports[0].error, 'next is down');
  const slow = world({ hangs: true });
  slow.move.setShadow(true);
  assert.deepEqual(await slow.move.feeFor({ amount: 4_500 }), { fee: 68 });
});

test('records are copied once, and their repeats answered without a charge', async () => {
  const { old, next, move, provider } = world();
  for (const id of ['o1', 'o2', 'o3']) await charge(move, id);
  move.setShare(100);
  assert.equal(await move.copy(), 3);
  assert.equal(await move.copy(), 0);
  assert.deepEqual(next.records(), old.records());
  await charge(move, 'o2');
  assert.deepEqual([provider.length, next.charges], [3, 0]);
});
