import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign, verify as verifySignature } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';

const [ISSUER, AUDIENCE, T] = ['https://id.turnstile.test/staff', 'staff-api', 1_000_000];
const key = { kid: 's1', ...generateKeyPairSync('ed25519') };         // a test key
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const read = (text) => JSON.parse(Buffer.from(text, 'base64url'));

function issue(change = {}, header = {}) {
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'zofia', exp: T + 300,
    scope: 'orders:read orders:refund', ...change };
  const head = { alg: 'Ed25519', typ: 'at+jwt', kid: 's1', ...header };
  const input = `${part(head)}.${part(claims)}`;
  return `${input}.${sign(null, Buffer.from(input), key.privateKey).toString('base64url')}`;
}

function authenticate(field, now) {              // a caller, or null
  const [scheme, token, rest] = String(field).split(' ');
  const [head, body, signature, more] = String(token).split('.');
  if (scheme.toLowerCase() !== 'bearer' || rest !== undefined) return null;
  if (!signature || more !== undefined) return null;
  try {
    const [{ typ, alg, kid, crit }, claims] = [read(head), read(body)];
    if (typ !== 'at+jwt' || alg !== 'Ed25519' || kid !== key.kid || crit) return null;
    const bytes = Buffer.from(signature, 'base64url');
    const input = Buffer.from(`${head}.${body}`);
    if (!verifySignature(null, input, key.publicKey, bytes)) return null;
    if (claims.iss !== ISSUER || ![claims.aud].flat().includes(AUDIENCE)) return null;
    if (!(now() < claims.exp)) return null;
    return { user: claims.sub, scopes: claims.scope.split(' ') };
  } catch {
    return null;                                 // neither base64url nor JSON: not a caller
  }
}

const staff = [                                  // who has which role with which promoter
  { user: 'tunde', promoter: 'meridian', role: 'box-office' },
  { user: 'zofia', promoter: 'meridian', role: 'finance' },
  { user: 'inge', promoter: 'lagoon', role: 'finance' },
];
const orders = [
  { id: '812', promoter: 'meridian', minor: 9_000 },
  { id: '813', promoter: 'meridian', minor: 50_000 },
  { id: '901', promoter: 'lagoon', minor: 9_000 },
];
const rolesOf = (user) => staff.filter((row) => row.user === user);
const ordersFor = (user) => (                    // the scope is part of the query
  orders.filter(({ promoter }) => rolesOf(user).some((row) => row.promoter === promoter)));
const isFinance = (user, { promoter }) => (
  rolesOf(user).some((row) => row.promoter === promoter && row.role === 'finance'));

const routes = [                                 // no route without a scope and a rule
  { method: 'GET', path: /^\/v1\/orders$/, scope: 'orders:read', may: () => true,
    reply: (user) => ordersFor(user).map(({ id }) => id) },
  { method: 'GET', path: /^\/v1\/orders\/(\d+)$/, scope: 'orders:read', may: () => true,
    reply: (user, order) => order },
  { method: 'POST', path: /^\/v1\/orders\/(\d+)\/refund$/, scope: 'orders:refund',
    may: (user, order) => isFinance(user, order) && order.minor <= 20_000,
    reply: (user, { id }) => ({ id, refundedBy: user }) },
];

function createApi({ now, log }) {
  return createServer((req, res) => {
    req.resume();
    const answer = (status, body, fields = {}) => {
      res.writeHead(status, { 'content-type': 'application/json', ...fields });
      res.end(JSON.stringify(body));
    };
    const caller = authenticate(req.headers.authorization, now);
    const challenge = (code) => (
      { 'www-authenticate': code ? `Bearer error="${code}"` : 'Bearer' });
    const sent = req.headers.authorization;
    if (!caller) return answer(401, {}, challenge(sent && 'invalid_token'));
    const route = routes.find((r) => r.method === req.method && r.path.test(req.url));
    if (!route) return answer(404, {});
    const { user, scopes } = caller;
    const narrow = challenge('insufficient_scope');
    if (!scopes.includes(route.scope)) return answer(403, {}, narrow);
    const [, id] = route.path.exec(req.url);
    const order = id && ordersFor(user).find((each) => each.id === id);
    if (id && !order) return answer(404, {});    // the same for foreign and for missing
    const allowed = route.may(user, order);
    log.push({ user, id, route: route.scope, allowed });
    return allowed ? answer(200, route.reply(user, order)) : answer(403, {});
  });
}

const log = [];
const api = createApi({ now: () => T, log });
let origin;
before(async () => {
  await once(api.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${api.address().port}`;
});
after(() => {
  api.closeAllConnections();
  api.close();
});

async function send(method, path, token) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const response = await fetch(`${origin}${path}`, { method, headers });
  const challenge = response.headers.get('www-authenticate');
  return { status: response.status, body: await response.json(), challenge };
}
const as = (sub, change = {}) => issue({ sub, ...change });

test('without a token, or with a bad one, 401 and a challenge', async () => {
  const bad = [undefined, as('zofia', { exp: T }), issue({}, { typ: 'JWT' }), 'no.token'];
  for (const token of bad) {
    const { status, challenge } = await send('GET', '/v1/orders/812', token);
    assert.equal(status, 401);
    assert.match(challenge, /^Bearer/);
  }
});

test('a foreign order and a missing one cannot be told apart', async () => {
  const foreign = await send('GET', '/v1/orders/901', as('zofia'));
  const missing = await send('GET', '/v1/orders/999', as('zofia'));
  assert.equal(foreign.status, 404);
  assert.deepEqual(foreign, missing);
});

test('the list holds the orders of the caller\'s promoter only', async () => {
  assert.deepEqual((await send('GET', '/v1/orders', as('tunde'))).body, ['812', '813']);
  assert.deepEqual((await send('GET', '/v1/orders', as('inge'))).body, ['901']);
});

test('the box office reads but does not refund', async () => {
  assert.equal((await send('GET', '/v1/orders/812', as('tunde'))).status, 200);
  assert.equal((await send('POST', '/v1/orders/812/refund', as('tunde'))).status, 403);
});

test('finance refunds up to 200.00, with the scope, and it is logged', async () => {
  assert.equal((await send('POST', '/v1/orders/812/refund', as('zofia'))).status, 200);
  assert.equal((await send('POST', '/v1/orders/813/refund', as('zofia'))).status, 403);
  const narrow = as('zofia', { scope: 'orders:read' });
  const { status, challenge } = await send('POST', '/v1/orders/812/refund', narrow);
  assert.equal(status, 403);
  assert.match(challenge, /insufficient_scope/);
  const refunds = log.filter(({ route }) => route === 'orders:refund');
  assert.deepEqual(refunds.map(({ allowed }) => allowed), [false, true, false]);
});

test('every route names a scope and a rule', () => {
  assert.ok(routes.every(({ scope, may }) => scope && typeof may === 'function'));
});
