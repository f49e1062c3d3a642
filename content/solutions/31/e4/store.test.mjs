import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';

// Port: read(id) -> { value, version }; write(id, value, version) -> { ok, version }.
export function createFake() {
  const rows = new Map();
  return {
    async read(id) {
      const { value = null, version = 0 } = rows.get(id) ?? {};
      return { value: structuredClone(value), version };         // no shared objects
    },
    async write(id, value, version) {
      const current = rows.get(id)?.version ?? 0;
      if (current !== version) return { ok: false, version: current };
      rows.set(id, { value: structuredClone(value), version: version + 1 });
      return { ok: true, version: version + 1 };
    },
    async close() {},
  };
}

// The real thing of this exercise: rows behind HTTP, here on a local server.
async function createRemote() {
  const rows = new Map();
  const server = createServer(async (req, res) => {
    const id = req.url.slice(1);
    const row = rows.get(id) ?? { text: 'null', version: 0 };
    const end = (status, version, text = '') =>
      res.writeHead(status, { etag: `"${version}"` }).end(text);
    if (req.method === 'GET') return end(200, row.version, row.text);
    let text = '';
    for await (const chunk of req) text += chunk;
    if (req.headers['if-match'] !== `"${row.version}"`) return end(412, row.version);
    rows.set(id, { text, version: row.version + 1 });
    return end(204, row.version + 1);
  });
  await new Promise((ready) => { server.listen(0, '127.0.0.1', ready); });
  const base = `http://127.0.0.1:${server.address().port}/`;
  const versionOf = (response) => Number(response.headers.get('etag').slice(1, -1));
  return {
    async read(id) {
      const response = await fetch(base + id);
      return { value: await response.json(), version: versionOf(response) };
    },
    async write(id, value, version) {
      const response = await fetch(base + id, { method: 'PUT', body: JSON.stringify(value),
        headers: { 'if-match': `"${version}"` } });
      return { ok: response.status === 204, version: versionOf(response) };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => { server.close(done); });
    },
  };
}

const contract = {                               // what every store must do
  async 'a new row is empty, at version 0'(store) {
    assert.deepEqual(await store.read('a'), { value: null, version: 0 });
  },
  async 'what was written is read, with the next version'(store) {
    assert.deepEqual(await store.write('a', { seat: 'A12' }, 0), { ok: true, version: 1 });
    assert.deepEqual(await store.read('a'), { value: { seat: 'A12' }, version: 1 });
  },
  async 'a write on an old version is refused and changes nothing'(store) {
    await store.write('a', 1, 0);
    assert.deepEqual(await store.write('a', 2, 0), { ok: false, version: 1 });
    assert.equal((await store.read('a')).value, 1);
  },
  async 'of two writes at once, one succeeds'(store) {
    const answers = await Promise.all([store.write('a', 1, 0), store.write('a', 2, 0)]);
    assert.equal(answers.filter(({ ok }) => ok).length, 1);
  },
  async 'changing the object afterward does not change the row'(store) {
    const value = { seat: 'A12' };
    await store.write('a', value, 0);
    value.seat = 'B1';
    assert.equal((await store.read('a')).value.seat, 'A12');
  },
};

for (const [name, make] of Object.entries({ fake: createFake, remote: createRemote })) {
  for (const [clause, check] of Object.entries(contract)) {
    test(`${name}: ${clause}`, async () => {
      const store = await make();
      try { await check(store); } finally { await store.close(); }
    });
  }
}

test('the contract refuses a fake that always says yes', async () => {
  const generous = () => {                       // the usual mock: no rules of its own
    const rows = new Map();
    return {
      async read(id) {
        return { value: rows.get(id) ?? null, version: rows.has(id) ? 1 : 0 };
      },
      async write(id, value) { rows.set(id, value); return { ok: true, version: 1 }; },
    };
  };
  const broken = [];
  for (const [clause, check] of Object.entries(contract)) {
    await check(generous()).catch(() => broken.push(clause));
  }
  assert.deepEqual(broken, ['a write on an old version is refused and changes nothing',
    'of two writes at once, one succeeds',
    'changing the object afterward does not change the row']);
});
