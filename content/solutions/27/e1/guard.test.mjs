import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wipe } from './guard.mjs';

const config = { environment: 'test', ordersHost: 'orders.test.turnstile.test' };
function database(marker) {
  const db = { rows: 3, marker: async () => marker };
  db.deleteAll = async () => { const n = db.rows; db.rows = 0; return n; };
  return db;
}

test('a test database is wiped', async () => {
  assert.equal(await wipe(config, database('test')), 3);
});

test('a production address is refused, whatever the environment is called', async () => {
  const db = database('production');
  const wrong = { ...config, ordersHost: 'orders.production.turnstile.test' };
  await assert.rejects(wipe(wrong, db), /host is .*; the database says production/);
  assert.equal(db.rows, 3);
});

test('a name that leads to another database is refused by the marker', async () => {
  const db = database('production');
  await assert.rejects(wipe(config, db), /the database says production$/);
  assert.equal(db.rows, 3);
});

test('no marker is not permission', async () => {
  const db = database(undefined);
  await assert.rejects(wipe(config, db), /says nothing/);
  assert.equal(db.rows, 3);
});
