import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Agent, createServer, request } from 'node:http';
import { once } from 'node:events';

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

async function startInstance(version) {
  const late = [];
  const server = createServer((req, res) => {
    if (req.url === '/late') late.push(() => res.end(version));
    else res.end(version);
  });
  const port = await listen(server);
  const kill = () => { server.close(); server.closeAllConnections(); };
  return { version, port, late, kill, active: 0, draining: false };
}

async function call(port, path, agent) {
  const req = request({ host: '127.0.0.1', port, path, agent });
  req.end();
  const [res] = await once(req, 'response');
  let text = '';
  for await (const chunk of res) text += chunk;
  return { status: res.statusCode, text };
}

function createEdge(members) {
  const agent = new Agent({ keepAlive: true });
  let turn = 0;
  const server = createServer(async (req, res) => {
    const able = members.filter((m) => !m.draining);
    if (able.length === 0) return res.writeHead(503).end();
    const member = able[(turn += 1) % able.length];
    member.active += 1;
    try {
      const { status, text } = await call(member.port, req.url, agent);
      res.writeHead(status).end(text);
    } catch (error) {
      assert.ok(error.code);                     // a connection failed, not our code
      res.writeHead(502).end();
    } finally {
      member.active -= 1;
      if (member.active === 0) member.onIdle?.();
    }
  });
  server.on('close', () => agent.destroy());

  // First a replacement, then the farewell: capacity never goes below the start.
  async function replace(member, fresh, deadline = new Promise(() => {})) {
    members.push(fresh);
    member.draining = true;
    const idle = new Promise((resolve) => {
      if (member.active === 0) resolve('idle');
      else member.onIdle = () => resolve('idle');
    });
    const outcome = await Promise.race([idle, deadline]);
    members.splice(members.indexOf(member), 1);
    member.kill();
    return outcome;
  }
  return { server, replace };
}

async function setUp(t) {
  const members = await Promise.all(['v1', 'v1', 'v1'].map(startInstance));
  const all = [...members];
  const { server, replace } = createEdge(members);
  const port = await listen(server);
  t.after(() => {
    server.close();
    all.forEach(({ kill }) => kill());
  });
  const start = async (version) => {
    const fresh = await startInstance(version);
    all.push(fresh);
    return fresh;
  };
  return { members, replace, start, get: (path = '/') => call(port, path) };
}

async function sendLate(members, get) {
  const answer = get('/late');
  while (!members.some((m) => m.late.length > 0)) {
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  return { answer, busy: members.find((m) => m.late.length > 0) };
}

test('replacing all three in turn fails no request', async (t) => {
  const { members, replace, start, get } = await setUp(t);
  const seen = { v1: 0, v2: 0 };
  for (const old of [...members]) {
    const replaced = replace(old, await start('v2'));
    for (let i = 0; i < 20; i += 1) {
      const { status, text } = await get();
      assert.equal(status, 200);
      seen[text] += 1;
    }
    assert.equal(await replaced, 'idle');
  }
  assert.equal(seen.v1 + seen.v2, 60);
  assert.deepEqual(members.map((m) => m.version), ['v2', 'v2', 'v2']);
});

test('a request in flight is answered by the version that began it', async (t) => {
  const { members, replace, start, get } = await setUp(t);
  const { answer, busy } = await sendLate(members, get);
  const replaced = replace(busy, await start('v2'));
  assert.equal((await get()).status, 200);
  busy.late[0]();
  assert.deepEqual(await answer, { status: 200, text: 'v1' });
  assert.equal(await replaced, 'idle');
});

test('without draining, the request in flight is lost', async (t) => {
  const { members, get } = await setUp(t);
  const { answer, busy } = await sendLate(members, get);
  busy.kill();
  assert.equal((await answer).status, 502);
});

test('a deadline ends a drain that would last for ever', async (t) => {
  const { members, replace, start, get } = await setUp(t);
  const { answer, busy } = await sendLate(members, get);
  const outcome = await replace(busy, await start('v2'), Promise.resolve('deadline'));
  assert.equal(outcome, 'deadline');
  assert.equal((await answer).status, 502);
});
