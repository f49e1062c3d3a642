import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { inMemory, overProvider, overTables } from './adapters.mjs';
import { postOrder } from './layered.mjs';
import { createPlaceOrder } from './order.core.mjs';

const HOLDS = {
  h1: { showId: 's1', seats: ['A12', 'A13'], until: 300_000 },
  h2: { showId: 's1', seats: ['B1'], until: 100 },
};
const SHOWS = { s1: { price: 4_500 } };
const now = () => 1_000;

function createPool() {                          // counts what is borrowed
  const pool = { borrowed: 0, orders: new Map() };
  pool.connect = async () => {
    pool.borrowed += 1;
    return {
      async query(name, value) {
        if (['insert', 'upsert'].includes(name)) {
          pool.orders.set(value.orderId, value);
          return [];
        }
        const row = { hold: HOLDS, show: SHOWS }[name][value];
        return row ? [row] : [];
      },
      release() { pool.borrowed -= 1; },
    };
  };
  return pool;
}
const provider = async ({ card }) => card !== 'test-card-declined';
const wishes = [
  { holdId: 'h1', card: 'test-card', orderId: 'o1' },
  { holdId: 'h1', card: 'test-card-declined', orderId: 'o2' },
  { holdId: 'h2', card: 'test-card', orderId: 'o3' },
  { holdId: 'h9', card: 'test-card', orderId: 'o4' },
];

test('the old function and the new one answer alike', async () => {
  const pool = createPool();
  const payments = overProvider(provider);
  const place = createPlaceOrder({ ...overTables({ pool }), payments, now });
  for (const wish of wishes) {
    const before = await postOrder(wish, { pool: createPool(), provider, now });
    assert.deepEqual(await place(wish), before);
  }
});

test('maps and tables answer alike', async () => {
  const payments = overProvider(provider);
  const maps = inMemory({ holds: HOLDS, prices: { s1: 4_500 } });
  const byMaps = createPlaceOrder({ ...maps, payments, now });
  const pool = createPool();
  const byTables = createPlaceOrder({ ...overTables({ pool }), payments, now });
  for (const wish of wishes) assert.deepEqual(await byMaps(wish), await byTables(wish));
  assert.deepEqual(maps.orders.all, pool.orders);
});

test('no connection is held while the provider thinks', async () => {
  const [before, after] = [createPool(), createPool()];
  const seen = [];
  const watch = (pool) => async () => { seen.push(pool.borrowed); return true; };
  await postOrder(wishes[0], { pool: before, provider: watch(before), now });
  const payments = overProvider(watch(after));
  const place = createPlaceOrder({ ...overTables({ pool: after }), payments, now });
  await place(wishes[0]);
  assert.deepEqual(seen, [1, 0]);
  assert.deepEqual([before.borrowed, after.borrowed], [0, 0]);
});

test('the order is written before the charge, and a silent provider leaves it pending',
  async () => {
    const maps = inMemory({ holds: HOLDS, prices: { s1: 4_500 } });
    let written;
    const silent = async ({ key }) => {
      written = maps.orders.all.get(key)?.outcome;
      throw new Error('no answer');
    };
    const place = createPlaceOrder({ ...maps, payments: overProvider(silent), now });
    assert.equal((await place(wishes[0])).outcome, 'pending');
    assert.equal(written, 'pending');
    assert.equal(maps.orders.all.get('o1').outcome, 'pending');
  });

test('the core imports nothing', async () => {
  const text = await readFile(new URL('./order.core.mjs', import.meta.url), 'utf8');
  assert.doesNotMatch(text, /\bimport\b\s*[({'"\w]/);
});
