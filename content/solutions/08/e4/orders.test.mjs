import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { LIMITS, parseOrder, readBody, Refusal } from './parse.mjs';

function createOrders(place) {
  return createServer(async (req, res) => {
    const answer = (status, type, body, fields = {}) => {
      res.writeHead(status, { 'content-type': type, ...fields }).end(JSON.stringify(body));
    };
    try {
      const { id, conflict } = place(parseOrder(await readBody(req)));
      if (conflict) throw new Refusal(409, [{ pointer: '#/holdId', detail: conflict }]);
      answer(201, 'application/json', { id }, { location: `/v1/orders/${id}` });
    } catch (error) {
      if (!(error instanceof Refusal)) console.error(error);
      const { status = 500, problems = [] } = error instanceof Refusal ? error : {};
      const type = `https://turnstile.example/problems/${status}`;
      const close = req.complete ? {} : { connection: 'close' };   // bytes are left unread
      const body = { type, title: 'The order was not placed.', status, errors: problems };
      answer(status, 'application/problem+json', body, close);
    }
  });
}

const placed = [];
async function send(body, headers = {}) {
  const server = createOrders((order) => {
    if (order.holdId === 'hold_h9') return { conflict: 'has expired' };
    placed.push(order);
    return { id: `o${placed.length}` };
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const req = request({ port: server.address().port, host: '127.0.0.1', agent: false,
      method: 'POST', path: '/v1/orders',
      headers: { 'content-type': 'application/json', ...headers } });
    req.end(body);
    const [res] = await once(req, 'response');
    let text = '';
    for await (const chunk of res) text += chunk;
    const media = res.headers['content-type'];
    return { ...JSON.parse(text), status: res.statusCode, media };
  } finally {
    server.close();
    await once(server, 'close');
  }
}
const GOOD = '{"holdId":"hold_h7","seats":["A12","A13"]}';

test('a good order arrives as a frozen value, gzip or not', async () => {
  assert.equal((await send(GOOD)).id, 'o1');
  assert.equal((await send(gzipSync(GOOD), { 'content-encoding': 'gzip' })).id, 'o2');
  assert.deepEqual(placed[0], placed[1]);
  assert.throws(() => placed[0].seats.push('A14'), TypeError);
});

test('what is not JSON, or too large, is not parsed', async () => {
  assert.equal((await send(GOOD, { 'content-type': 'text/plain' })).status, 415);
  assert.equal((await send(' '.repeat(9_000))).status, 413);
  const bomb = gzipSync(Buffer.alloc(5_000_000, ' '));
  assert.ok(bomb.length < LIMITS.maxBytes);
  assert.equal((await send(bomb, { 'content-encoding': 'gzip' })).status, 413);
});

test('a text with two meanings is 400', async () => {
  for (const text of ['{"holdId":"hold_h7"', '{"seats":[],"sea\\u0074s":[]}', '[[[[[]]]]]',
    '"\\', '{"holdId":9007199254740993}', '{"holdId":2.00000000000000001}',
    '['.repeat(8_000), '"a":1']) {
    assert.equal((await send(text)).status, 400, text);
  }
});

test('all mistakes come at once, as a problem with pointers', async () => {
  const { status, media, errors } = await send('{"seats":["A1","A1"],"status":"paid"}');
  assert.equal(status, 422);
  assert.equal(media, 'application/problem+json');
  assert.deepEqual(errors.map(({ pointer }) => pointer), ['#/status', '#', '#/seats']);
});

test('a prototype stays what it was', async () => {
  assert.equal((await send(`{"__proto__":{"isStaff":true},${GOOD.slice(1)}`)).status, 422);
  assert.equal({}.isStaff, undefined);
});

test('a rule about the state answers 409, after all about the form', async () => {
  assert.equal((await send('{"holdId":"hold_h9","seats":["A1"]}')).status, 409);
  assert.equal((await send('{"holdId":"hold_h9","seats":[]}')).status, 422);
});
