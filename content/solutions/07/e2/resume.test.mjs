import { test } from 'node:test';
import assert from 'node:assert/strict';

const DAY_MS = 86_400_000;

function createProvider() {                      // charges once per key, as providers do
  const charges = new Map();
  return {
    charges,
    charge({ key, amount }) { if (!charges.has(key)) charges.set(key, amount); },
  };
}

function createService({ now, provider, crashAt = () => {} }) {
  const records = new Map();                     // survives the crash, like a database
  const orders = new Map();
  let n = 0;
  function post({ caller, key, print }) {
    const name = JSON.stringify([caller, key]);
    let record = records.get(name);
    if (!record || record.until <= now()) {
      record = { print, until: now() + DAY_MS, orderId: `order_${n += 1}`, answer: null };
      records.set(name, record);                 // first of all: the name of the attempt
    }
    if (record.print !== print) return { status: 422 };
    if (record.answer) return record.answer;
    const { orderId } = record;
    crashAt('before the charge');
    provider.charge({ key: orderId, amount: 4_500 });      // the same key at every attempt
    crashAt('after the charge');
    orders.set(orderId, { id: orderId, status: 'paid' });
    record.answer = { status: 201, id: orderId };          // together with the order
    crashAt('before the answer');
    return record.answer;
  }
  return { post, orders };
}

function crashOnce(place) {
  let armed = true;
  return (here) => {
    if (!armed || here !== place) return;
    armed = false;
    throw new Error(`crash ${place}`);
  };
}

for (const place of ['before the charge', 'after the charge', 'before the answer']) {
  test(`a crash ${place} leaves one order and one charge`, () => {
    const provider = createProvider();
    const service = createService({ now: () => 0, provider, crashAt: crashOnce(place) });
    const request = { caller: 'palco', key: 'k1', print: 'p1' };
    assert.throws(() => service.post(request), /crash/);
    const retry = service.post(request);
    assert.equal(retry.status, 201);
    assert.equal(service.post(request), retry);
    assert.deepEqual([service.orders.size, provider.charges.size], [1, 1]);
  });
}

test('two callers may use the same key', () => {
  const provider = createProvider();
  const service = createService({ now: () => 0, provider });
  const ids = ['palco', 'entrada'].map((caller) =>
    service.post({ caller, key: 'k1', print: 'p1' }).id);
  assert.notEqual(ids[0], ids[1]);
});

test('after the published time the key means a new order', () => {
  let t = 0;
  const provider = createProvider();
  const service = createService({ now: () => t, provider });
  const request = { caller: 'palco', key: 'k1', print: 'p1' };
  const first = service.post(request).id;
  t = DAY_MS - 1;
  assert.equal(service.post(request).id, first);
  t = DAY_MS;
  assert.notEqual(service.post(request).id, first);
});
