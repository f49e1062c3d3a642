import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTrace, shape } from './trace.mjs';

function setup() {
  const [spans, lines] = [[], []];
  let n = 0;
  const trace = createTrace({ now: () => n, newId: () => `id-${n++}`,
    collect: (s) => spans.push(s), write: (line) => lines.push(JSON.parse(line)) });
  return { ...trace, spans, lines };
}
async function checkout({ span, log }, { seats, perSeat = false, pay = async () => {} }) {
  return span('POST /v1/orders', { 'order.id': 'o-812', 'seat.count': seats.length }, async () => {
    await span('SELECT hold', { 'db.rows': seats.length }, async () => {});
    for (const seat of perSeat ? seats : [seats]) {
      await span('SELECT price', { seat }, async () => {});
    }
    await span('POST /v1/payments', {}, pay);
    log('order.paid', { orderId: 'o-812' });
    await span('INSERT order', {}, async () => {});
  });
}
const seats = ['A12', 'A13', 'A14', 'A15'];

test('one order is one trace: one root, one charge, three queries', async () => {
  const t = setup();
  await checkout(t, { seats });
  assert.deepEqual(shape(t.spans),
    { traces: 1, roots: 1, orphans: 0, charges: 1, queries: 3, errors: 0 });
});
test('a query per seat is found without measuring time', async () => {
  const t = setup();
  await checkout(t, { seats, perSeat: true });
  assert.equal(shape(t.spans).queries, 6);
});
test('a failed charge marks its span and the order, with a class', async () => {
  const t = setup();
  const pay = async () => { throw Object.assign(new Error('card 4000… timed out'), { code: 'timeout' }); };
  await assert.rejects(checkout(t, { seats, pay }));
  assert.deepEqual(t.spans.filter(({ error }) => error).map(({ error }) => error),
    ['timeout', 'timeout']);
  assert.doesNotMatch(JSON.stringify(t.spans), /4000/);
});
test('names come from a list, attributes too, and both within limits', async () => {
  const t = setup();
  await t.span('GET /v1/shows/s-7', { 'customer.email': 'ana@mail.example' }, async () => {});
  await t.span('SELECT hold', { 'show.id': 'x'.repeat(41) }, async () => {});
  assert.deepEqual(t.spans.map(({ name }) => name), ['other', 'SELECT hold']);
  assert.deepEqual(t.spans.map(({ attributes }) => attributes), [{}, {}]);
  assert.deepEqual(t.refused(), { names: 1, attributes: 2 });
});
test('each log line knows its trace, also with two orders at once', async () => {
  const t = setup();
  await Promise.all([checkout(t, { seats }), checkout(t, { seats })]);
  const roots = t.spans.filter(({ parentId }) => !parentId);
  assert.deepEqual(new Set(t.lines.map(({ traceId }) => traceId)),
    new Set(roots.map(({ traceId }) => traceId)));
  assert.equal(t.lines.length, 2);
});
