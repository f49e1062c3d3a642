import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Agent, createServer, request } from 'node:http';
import { once } from 'node:events';

function createClient({ port, lookup, now, maxAgeMs }) {
  const open = () => ({ agent: new Agent({ keepAlive: true }), since: now(), active: 0 });
  let pool = open();
  const retire = (old) => { if (old !== pool && old.active === 0) old.agent.destroy(); };

  async function get(path) {
    if (now() - pool.since >= maxAgeMs) {
      const old = pool;
      pool = open();                             // the next connection asks DNS again
      retire(old);                               // at once, unless a request is under way
    }
    const mine = pool;
    mine.active += 1;
    try {
      const req = request({ agent: mine.agent, host: 'pay.test', port, path, lookup });
      req.end();
      const [res] = await once(req, 'response'); // rejects when the socket fails
      res.resume();
      await once(res, 'end');
      return res.statusCode;
    } finally {
      mine.active -= 1;
      retire(mine);
    }
  }
  return { get, close: () => pool.agent.destroy() };
}

async function setUp(t, maxAgeMs) {
  const seen = { lookups: 0, connections: 0, waiting: null, t: 0 };
  const server = createServer((req, res) => {
    if (req.url !== '/slow') return res.end('ok');
    seen.waiting = res;                          // answered when the test says so
    server.emit('slow');
  });
  server.on('connection', () => { seen.connections += 1; });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const lookup = (hostname, options, callback) => {
    seen.lookups += 1;
    if (options.all) return callback(null, [{ address: '127.0.0.1', family: 4 }]);
    return callback(null, '127.0.0.1', 4);
  };
  const { port } = server.address();
  const client = createClient({ port, lookup, now: () => seen.t, maxAgeMs });
  t.after(() => {                                // also when an assertion has failed
    client.close();
    server.close();
    server.closeAllConnections();
  });
  return { seen, server, client };
}

test('without a limit, one lookup serves the whole hour', async (t) => {
  const { seen, client } = await setUp(t, Infinity);
  for (seen.t = 0; seen.t <= 3_600_000; seen.t += 600_000) await client.get('/');
  assert.deepEqual([seen.lookups, seen.connections], [1, 1]);
});

test('with a limit of 60 s, the name is looked up again', async (t) => {
  const { seen, client } = await setUp(t, 60_000);
  for (const time of [0, 30_000, 59_999, 60_000, 90_000, 120_000]) {
    seen.t = time;
    assert.equal(await client.get('/'), 200);
  }
  assert.deepEqual([seen.lookups, seen.connections], [3, 3]);
});

test('a request under way survives the change of connection', async (t) => {
  const { seen, server, client } = await setUp(t, 60_000);
  const slow = client.get('/slow');
  await once(server, 'slow');
  seen.t = 60_000;
  assert.equal(await client.get('/'), 200);
  assert.equal(seen.connections, 2);
  seen.waiting.end('late');
  assert.equal(await slow, 200);
});
