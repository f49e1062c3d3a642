import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import test from 'node:test';
import { createShutdown } from './shutdown.mjs';

function setup() {
  const seen = [], timers = [];
  const wait = (ms) => new Promise((go) => timers.push({ ms, go }));
  const shutdown = createShutdown({ wait, settleMs: 5_000, graceMs: 25_000,
    log: (line) => seen.push(line) });
  return { seen, timers, shutdown };
}
const settle = () => new Promise((go) => setImmediate(go));

test('unready at once, closed only after the list has settled', async () => {
  const { seen, timers, shutdown } = setup();
  shutdown.onStop('http', () => {});
  shutdown.onStop('database', () => {});
  const code = shutdown.stop();
  assert.equal(shutdown.ready(), false);
  await settle();
  assert.deepEqual(seen, ['not ready']);
  timers[0].go();
  assert.equal(await code, 0);
  assert.deepEqual(seen, ['not ready', 'http closed', 'database closed']);
  assert.deepEqual(timers.map(({ ms }) => ms), [5_000, 20_000]);
});

test('a request in flight is answered, also one that came late', async () => {
  const { timers, shutdown } = setup();
  const held = [];
  const server = createServer((request, response) => {
    if (request.url === '/v1/orders') held.push(response);
    else response.writeHead(201, { connection: 'close' }).end('held');
    server.emit('arrived');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${server.address().port}`;
  shutdown.onStop('http', () => new Promise((done) => server.close(done)));
  const arrived = once(server, 'arrived');
  const order = fetch(`${base}/v1/orders`);
  await arrived;
  const code = shutdown.stop();
  assert.equal((await fetch(`${base}/v1/holds`)).status, 201);
  timers[0].go();
  await settle();
  held[0].writeHead(201, { connection: 'close' }).end('sold');
  assert.equal(await (await order).text(), 'sold');
  assert.equal(await code, 0);
});

test('the deadline ends a step that hangs, with exit code 1', async () => {
  const { seen, timers, shutdown } = setup();
  shutdown.onStop('http', () => new Promise(() => {}));
  shutdown.onStop('database', () => assert.fail('too late for this'));
  const code = shutdown.stop();
  timers[0].go();
  await settle();
  timers[1].go();
  assert.equal(await code, 1);
  assert.deepEqual(seen, ['not ready', 'http deadline']);
});

test('a second signal starts nothing, and one failure stops no other step', async () => {
  const { seen, timers, shutdown } = setup();
  shutdown.onStop('queue', () => { throw new Error('gone'); });
  shutdown.onStop('database', () => {});
  const first = shutdown.stop();
  assert.equal(shutdown.stop(), first);
  timers[0].go();
  assert.equal(await first, 1);
  assert.deepEqual(seen, ['not ready', 'queue failed: gone', 'database closed']);
});
