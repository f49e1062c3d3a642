import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { once } from 'node:events';

const ORIGIN = 'https://promoter.example';
const tokens = new Map([['test-token-ana', 'ana']]);       // a fixture, not a credential
const [SIZE_LIMIT, PATIENCE_MS] = [8_192, 3_000];

const upstream = createServer((req, res) => {
  req.resume();
  res.setHeader('content-type', 'application/json');
  res.end(JSON.stringify(req.headers));
});

function createGateway({ port, quota, state }) {
  let n = 0;
  return createServer((req, res) => {
    const id = `r${n += 1}`;
    const cors = {
      'access-control-allow-origin': ORIGIN, vary: 'Origin',
      'access-control-expose-headers': 'Retry-After, X-Request-Id',
    };
    const answer = (status, fields = {}) => {
      if (res.destroyed) return;                 // the client has left
      req.resume();
      res.writeHead(status, { ...cors, 'x-request-id': id, ...fields }).end();
    };
    const startedAt = performance.now();
    const size = Number(req.headers['content-length']);
    if (size > SIZE_LIMIT) return answer(413, { connection: 'close' });
    if (req.method === 'OPTIONS') {
      return answer(204, {
        'access-control-allow-methods': 'GET, POST', 'access-control-max-age': '600',
        'access-control-allow-headers': 'authorization, content-type',
      });
    }
    const unsized = req.headers['transfer-encoding'] !== undefined;
    if (unsized || (req.method === 'POST' && !Number.isInteger(size))) {
      return answer(411, { connection: 'close' });           // its size is not known
    }
    const customer = tokens.get(req.headers.authorization?.replace(/^Bearer /, ''));
    if (!customer) return answer(401, { 'www-authenticate': 'Bearer' });
    const { ok, retryMs } = quota(customer);
    if (!ok) return answer(429, { 'retry-after': Math.ceil(retryMs / 1_000) });
    if (state.inFlight >= state.limit) return answer(503, { 'retry-after': 1 });
    state.inFlight += 1;
    res.once('close', () => { state.inFlight -= 1; });
    const timeLeft = Math.floor(PATIENCE_MS - (performance.now() - startedAt));
    const headers = {
      'x-request-id': id, 'x-customer': customer, 'x-time-left-ms': timeLeft,
    };
    if (size > 0) {
      headers['content-length'] = size;
      headers['content-type'] = req.headers['content-type'] ?? 'application/octet-stream';
    }
    const { method, url: path } = req;
    const out = request({ port, host: '127.0.0.1', method, path, headers,
      agent: false, timeout: timeLeft });
    res.once('close', () => out.destroy());      // no work for a client that has left
    out.on('timeout', () => out.destroy(new Error('no answer in time')));
    out.on('error', () => { if (!res.headersSent) answer(502); else res.destroy(); });
    out.on('response', (back) => {
      const type = back.headers['content-type'];
      res.writeHead(back.statusCode, { ...cors, 'x-request-id': id,
        ...(type && { 'content-type': type }) });
      back.pipe(res);
    });
    req.pipe(out);
  });
}

async function withGateway(options, use) {
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const state = { inFlight: 0, limit: 80 };
  const quota = () => ({ ok: true });
  const { port } = upstream.address();
  const gateway = createGateway({ port, quota, state, ...options });
  gateway.listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  const send = async (method, headers = {}, body = undefined) => {
    const req = request({ port: gateway.address().port, host: '127.0.0.1', method,
      path: '/v1/holds', headers, agent: false });
    req.end(body);
    const [res] = await once(req, 'response');
    let text = '';
    for await (const chunk of res) text += chunk;
    return { status: res.statusCode, headers: res.headers, text };
  };
  try {
    await use(send);
  } finally {
    gateway.close();
    upstream.close();
    await Promise.all([once(gateway, 'close'), once(upstream, 'close')]);
  }
}

const bearer = { authorization: 'Bearer test-token-ana' };

test('a preflight needs no identity', () => withGateway({}, async (send) => {
  const { status, headers } = await send('OPTIONS', { origin: ORIGIN });
  assert.equal(status, 204);
  assert.equal(headers['access-control-max-age'], '600');
}));

test('too large is refused before anyone asks who', () => withGateway({}, async (send) => {
  assert.equal((await send('POST', {}, 'x'.repeat(9_000))).status, 413);
  assert.equal((await send('POST', {}, 'x')).status, 401);
}));

test('a refusal tells when, and a page may read it', () => {
  const quota = () => ({ ok: false, retryMs: 1_200 });
  return withGateway({ quota }, async (send) => {
    const { status, headers } = await send('POST', bearer, '{}');
    assert.equal(status, 429);
    assert.equal(headers['retry-after'], '2');
    assert.match(headers['access-control-expose-headers'], /Retry-After/);
  });
});

test('no room is 503, whoever asks', () =>
  withGateway({ state: { inFlight: 80, limit: 80 } }, async (send) => {
    assert.equal((await send('POST', bearer, '{}')).status, 503);
  }));

test('the service sees who the gateway found, not who the client claims', () =>
  withGateway({}, async (send) => {
    const { status, text } = await send('POST', { ...bearer, 'x-customer': 'ben' }, '{}');
    assert.equal(status, 200);
    const seen = JSON.parse(text);
    assert.equal(seen['x-customer'], 'ana');
    assert.equal(seen.authorization, undefined);
  }));
