import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, test } from 'node:test';

const FIELD = 'x-time-left-ms';
const clock = { ms: 0 };                         // virtual: work moves it, waiting does not

async function ask(port, timeLeft) {
  const headers = timeLeft === undefined ? {} : { [FIELD]: String(timeLeft) };
  const req = request({ host: '127.0.0.1', port, method: 'POST', path: '/charge', headers });
  req.end();
  const [res] = await once(req, 'response');
  return { status: res.statusCode, body: await text(res) };
}

// A hop: refuse what can't be finished, work, pass on what is left less a reserve.
async function startHop(name, { workMs, reserveMs = 0, next, defaultMs = 2_000, wireMs = 20 }) {
  const seen = [];
  const server = createServer((req, res) => {
    const end = (status, body) => res.writeHead(status).end(body);
    async function handle() {
      const raw = req.headers[FIELD];
      if (raw !== undefined && !/^\d{1,6}$/.test(raw)) return end(400, `${name}: time?`);
      const left = raw === undefined ? defaultMs : Number(raw);
      const deadline = clock.ms + left;
      seen.push(left);
      if (left < hop.workMs + reserveMs) return end(504, `${name}: refused`);
      clock.ms += hop.workMs;
      if (!next) return end(200, `${name}: done`);
      const pass = deadline - clock.ms - reserveMs - wireMs;
      if (pass <= 0) return end(504, `${name}: no time for the next`);
      clock.ms += wireMs;
      const { status, body } = await ask(next.port, pass);
      return end(status, body);
    }
    handle().catch((error) => end(500, error.message));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const hop = { seen, workMs, server, port: server.address().port };
  return hop;
}

let payments;
let booking;
let gateway;
before(async () => {
  payments = await startHop('payments', { workMs: 300 });
  booking = await startHop('booking', { workMs: 100, reserveMs: 50, next: payments });
  gateway = await startHop('gateway', { workMs: 5, next: booking });
});
beforeEach(() => {
  clock.ms = 0;
  for (const { seen } of [gateway, booking, payments]) seen.length = 0;
  Object.assign(booking, { workMs: 100 });
});
after(() => [gateway, booking, payments].forEach(({ server }) => server.close()));

test('each hop is told what is left, less the wire and what its caller keeps', async () => {
  assert.deepEqual(await ask(gateway.port, 1_000), { status: 200, body: 'payments: done' });
  assert.deepEqual([gateway.seen, booking.seen, payments.seen], [[1_000], [975], [805]]);
});

test('what cannot be finished in time is refused before it is begun', async () => {
  assert.deepEqual(await ask(gateway.port, 480), { status: 504, body: 'payments: refused' });
  assert.deepEqual(payments.seen, [285]);
  assert.equal(clock.ms, 145, 'payments did no work');
});

test('a slow hop spends the time of those behind it, and does not call them', async () => {
  booking.workMs = 900;
  const { status, body } = await ask(gateway.port, 985);
  assert.deepEqual([status, body], [504, 'booking: no time for the next']);
  assert.deepEqual(payments.seen, []);
});

test('without the field a default holds; nonsense is refused', async () => {
  assert.equal((await ask(gateway.port)).status, 200);
  assert.deepEqual(gateway.seen, [2_000]);
  assert.equal((await ask(gateway.port, '1e9')).status, 400);
  assert.equal((await ask(gateway.port, '-5')).status, 400);
});
