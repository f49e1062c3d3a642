import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { once } from 'node:events';

const HOLD_MS = 300_000;

function createHolds(now) {
  const holds = new Map();                       // seat -> { customer, until }
  return function place(seat, customer) {
    const current = holds.get(seat);
    if (current && current.until > now()) {
      if (current.customer !== customer) return { status: 409, body: { held: true } };
      return { status: 200, body: { seat, until: current.until } };   // a repeat
    }
    const until = now() + HOLD_MS;
    holds.set(seat, { customer, until });
    return { status: 201, body: { seat, until } };
  };
}

async function post(port, body) {
  const to = { port, host: '127.0.0.1', method: 'POST', path: '/v1/holds', agent: false };
  const req = request(to);
  req.end(JSON.stringify(body));
  const [res] = await once(req, 'response');     // rejects when the socket dies
  let text = '';
  for await (const chunk of res) text += chunk;
  return { status: res.statusCode, body: JSON.parse(text) };
}

test('a repeat by the same customer returns the same hold', () => {
  let t = 0;
  const place = createHolds(() => t);
  const first = place('A12', 'ana');
  t = 1_000;
  const again = place('A12', 'ana');
  assert.equal(first.status, 201);
  assert.equal(again.status, 200);
  assert.equal(again.body.until, first.body.until);
});

test('another customer is refused', () => {
  const place = createHolds(() => 0);
  place('A12', 'ana');
  assert.equal(place('A12', 'ben').status, 409);
});

test('an expired hold frees its seat', () => {
  let t = 0;
  const place = createHolds(() => t);
  place('A12', 'ana');
  t = HOLD_MS;
  assert.equal(place('A12', 'ben').status, 201);
});

test('a response lost after the write is safe to retry', async () => {
  const place = createHolds(() => 0);
  let requests = 0;
  const server = createServer(async (req, res) => {
    let text = '';
    for await (const chunk of req) text += chunk;
    const { seat, customer } = JSON.parse(text);
    const { status, body } = place(seat, customer);
    requests += 1;
    if (requests === 1) return req.socket.destroy();   // written, but the answer is lost
    res.writeHead(status, { 'content-type': 'application/json' });
    res.end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  try {
    const hold = { seat: 'A12', customer: 'ana' };
    await assert.rejects(post(port, hold), { code: 'ECONNRESET' });
    const retry = await post(port, hold);
    assert.equal(retry.status, 200);
    assert.equal(retry.body.until, HOLD_MS);
    assert.equal((await post(port, { seat: 'A12', customer: 'ben' })).status, 409);
  } finally {
    server.close();
  }
});
