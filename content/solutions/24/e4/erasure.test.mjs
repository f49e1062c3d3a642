import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createErasure } from './erasure.mjs';

function system() {
  const rows = [];
  const orders = new Map([['o1', { customer: 'c1', name: 'Ana Lima', amount: 9_000 }]]);
  const cache = new Map([['c1', 'Ana Lima']]);
  const mail = { fails: 0, known: new Set(['c1']) };
  const database = { fails: 0 };
  const stores = {
    orders: async (customer) => {                // the amount stays: a duty to keep accounts
      if (database.fails > 0) { database.fails -= 1; throw new Error('lock timeout'); }
      for (const order of orders.values()) if (order.customer === customer) order.name = null;
      return 'amounts, for the accounts';
    },
    cache: async (customer) => { cache.delete(customer); },
    mail: async (customer) => {
      if (mail.fails > 0) { mail.fails -= 1; throw new Error('refused: Ana Lima'); }
      mail.known.delete(customer);
    },
  };
  const audit = { append: (row) => rows.push(row) };
  let t = 0;
  const erasure = createErasure({ stores, audit, now: () => (t += 1) });
  return { rows, orders, cache, mail, database, erasure };
}

test('all stores forget, the total stays', async () => {
  const { orders, cache, mail, erasure } = system();
  assert.deepEqual(await erasure.accept('e7', 'c1'), { done: true, open: [] });
  assert.deepEqual(orders.get('o1'), { customer: 'c1', name: null, amount: 9_000 });
  assert.equal(cache.size + mail.known.size, 0);
});

test('a cache is not purged before the row is gone', async () => {
  const { cache, database, erasure } = system();
  database.fails = 1;
  const first = await erasure.accept('e7', 'c1');
  assert.deepEqual(first, { done: false, open: ['orders', 'cache', 'mail'] });
  assert.equal(cache.size, 1);
  assert.equal((await erasure.run('e7')).done, true);
  assert.equal(cache.size, 0);
});

test('a store that fails keeps the request open, and only it is tried again', async () => {
  const { rows, mail, erasure } = system();
  mail.fails = 1;
  assert.deepEqual(await erasure.accept('e7', 'c1'), { done: false, open: ['mail'] });
  const before = rows.length;
  assert.equal((await erasure.run('e7')).done, true);
  assert.deepEqual(rows.slice(before).map(({ store, done }) => store ?? done), ['mail', true]);
});

test('a repeated request does nothing twice', async () => {
  const { rows, erasure } = system();
  await erasure.accept('e7', 'c1');
  const before = rows.length;
  await erasure.accept('e7', 'c1');
  assert.equal(rows.length, before);
});

test('what is kept is named, with its reason', async () => {
  const { rows, erasure } = system();
  await erasure.accept('e7', 'c1');
  assert.equal(rows.find(({ store }) => store === 'orders').kept, 'amounts, for the accounts');
});

test('receipts name no person', async () => {
  const { rows, mail, erasure } = system();
  mail.fails = 1;
  await erasure.accept('e7', 'c1');
  await erasure.run('e7');
  assert.doesNotMatch(JSON.stringify(rows), /Ana|c1/);
});

test('after a restore the erasure is repeated', async () => {
  const { orders, erasure } = system();
  await erasure.accept('e7', 'c1');
  orders.get('o1').name = 'Ana Lima';            // the backup is back
  await erasure.afterRestore('orders');
  assert.equal(orders.get('o1').name, null);
});
