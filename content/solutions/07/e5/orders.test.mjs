import { test } from 'node:test';
import assert from 'node:assert/strict';

const DAY_MS = 86_400_000;
const DEPRECATED = Date.UTC(2026, 11, 1);
const SUNSET = Date.UTC(2027, 5, 1);

const PATH = /^\/v1\/orders\/(\w+)(\/cancellation|\/cancellation-quote)?$/;

function merge(target, patch) {                  // RFC 7396
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const isObject = target !== null && typeof target === 'object' && !Array.isArray(target);
  const result = isObject ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merge(result[name], value);
  }
  return result;
}

function createApi({ now, refund }) {
  const orders = new Map([['order_7', { version: 1, order: {
    id: 'order_7', amount: 4_500, currency: 'EUR', status: 'paid', note: 'aisle' } }]]);
  const cancellations = new Map();               // order ID -> { state, refund, until }
  const problem = (status, type) => ({ status, body: { type, status } });
  const etag = ({ version }) => `"${version}"`;

  const quoteOf = ({ order: { amount, currency } }) => ({ refund: amount, currency });

  function cancel(id, entry, { expects }) {
    const quote = quoteOf(entry);
    const known = cancellations.get(id);
    if (known) return { status: 200, body: known };        // a repeat does nothing again
    if (expects?.refund !== quote.refund) return problem(409, 'refund-differs');
    const body = { state: 'pending', ...quote, undoUntil: now() + 7 * DAY_MS };
    cancellations.set(id, body);                 // marked, not erased
    entry.order.status = 'canceling';
    entry.version += 1;
    refund(id, quote.refund);
    const headers = { location: `/v1/orders/${id}/cancellation` };
    return { status: 202, headers, body };
  }

  function patch(entry, { headers = {}, body }) {
    if (!headers['if-match']) return problem(428, 'condition-required');
    if (headers['if-match'] !== etag(entry)) return problem(412, 'changed-meanwhile');
    if (Object.keys(body).some((name) => name !== 'note')) return problem(422, 'fixed');
    entry.order = merge(entry.order, body);
    entry.version += 1;
    return { status: 200, headers: { etag: etag(entry) }, body: entry.order };
  }

  function oldDelete(id, entry) {                // what clients used before
    const headers = { deprecation: `@${DEPRECATED / 1_000}`,
      sunset: new Date(SUNSET).toUTCString(),
      link: '</docs/cancellation>; rel="deprecation"' };
    if (now() >= SUNSET) return { ...problem(410, 'use-cancellation'), headers };
    const known = cancellations.get(id);
    if (!known) cancel(id, entry, { expects: { refund: entry.order.amount } });
    return { status: 202, headers };
  }

  return function handle(request) {
    const [, id, part] = PATH.exec(request.path) ?? [];
    if (!id) return problem(404, 'no-route');
    if (!id.startsWith('order_')) return problem(400, 'not-an-order-id');
    const entry = orders.get(id);
    if (!entry) return problem(404, 'no-order');
    const { method, body = {} } = request;
    if (part === '/cancellation-quote') {        // the dry run: GET changes nothing
      return method === 'GET' ? { status: 200, body: { wouldCancel: id, ...quoteOf(entry) } }
        : problem(405, 'method');
    }
    if (part && method === 'PUT') return cancel(id, entry, body);
    if (part && method === 'GET') {
      const known = cancellations.get(id);
      return known ? { status: 200, body: known } : problem(404, 'not-canceled');
    }
    if (part) return problem(405, 'method');
    if (method === 'GET') {
      return { status: 200, headers: { etag: etag(entry) }, body: { ...entry.order } };
    }
    if (method === 'PATCH') return patch(entry, request);
    if (method === 'DELETE') return oldDelete(id, entry);
    return problem(405, 'method');
  };
}

function setup() {
  const world = { t: Date.UTC(2026, 10, 27), refunds: [] };
  const refund = (id, amount) => world.refunds.push([id, amount]);
  return { world, api: createApi({ now: () => world.t, refund }) };
}

const path = '/v1/orders/order_7';
const cancellation = `${path}/cancellation`;

test('an ID of another type is refused before anything is looked up', () => {
  const { world, api } = setup();
  const request = { method: 'PUT', path: '/v1/orders/show_7/cancellation' };
  assert.equal(api(request).status, 400);
  assert.equal(world.refunds.length, 0);
});

test('the quote says what would happen, and nothing happens', () => {
  const { world, api } = setup();
  const { status, body } = api({ method: 'GET', path: `${cancellation}-quote` });
  assert.deepEqual([status, body.refund, body.wouldCancel], [200, 4_500, 'order_7']);
  assert.equal(api({ method: 'GET', path: cancellation }).status, 404);
  assert.equal(world.refunds.length, 0);
});

test('a cancellation is accepted, can be asked for, and is repeated without effect', () => {
  const { world, api } = setup();
  const body = { expects: { refund: 4_500 } };
  const request = { method: 'PUT', path: cancellation, body };
  const { status, headers } = api(request);
  assert.equal(status, 202);
  assert.equal(api({ method: 'GET', path: headers.location }).body.state, 'pending');
  assert.equal(api(request).status, 200);
  assert.deepEqual(world.refunds, [['order_7', 4_500]]);
});

test('who expects another refund gets none', () => {
  const { world, api } = setup();
  const body = { expects: { refund: 9_000 } };
  assert.equal(api({ method: 'PUT', path: cancellation, body }).status, 409);
  assert.equal(world.refunds.length, 0);
});

test('a change states the version it saw; null removes a member', () => {
  const { api } = setup();
  const { headers: { etag } } = api({ method: 'GET', path });
  const change = (ifMatch) => api({ method: 'PATCH', path, body: { note: null },
    headers: ifMatch ? { 'if-match': ifMatch } : {} });
  assert.equal(change().status, 428);
  const { status, body } = change(etag);
  assert.deepEqual([status, 'note' in body], [200, false]);
  assert.equal(change(etag).status, 412);
});

test('the old way announces its end, and then ends', () => {
  const { world, api } = setup();
  const { status, headers } = api({ method: 'DELETE', path });
  assert.equal(status, 202);
  assert.equal(headers.deprecation, '@1796083200');
  assert.equal(headers.sunset, 'Tue, 01 Jun 2027 00:00:00 GMT');
  world.t = SUNSET;
  assert.equal(api({ method: 'DELETE', path }).status, 410);
  assert.equal(world.refunds.length, 1);
});
