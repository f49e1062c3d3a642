import { test } from 'node:test';
import assert from 'node:assert/strict';
import {
  createHash, createPublicKey, generateKeyPairSync, sign, verify,
} from 'node:crypto';

const KEY_ID = 'turnstile-2026-11';
const COVERED = ['@method', '@authority', '@path', 'content-digest', 'webhook-id'];
const digest = (body) => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;

function valueOf(name, message) {                // RFC 9421, sections 2.1 and 2.2
  if (!name.startsWith('@')) return message.headers[name];
  return { '@method': message.method, '@authority': message.authority,
    '@path': message.path }[name];
}

function signatureBase(message, covered, params) {         // section 2.5
  const lines = covered.map((name) => `"${name}": ${valueOf(name, message)}`);
  return [...lines, `"@signature-params": ${params}`].join('\n');
}

function send({ body, id, url, privateKey, now }) {
  const { host: authority, pathname: path } = new URL(url);
  const headers = { 'content-digest': digest(body), 'webhook-id': id };
  const message = { method: 'POST', authority, path, headers, body };
  const list = COVERED.map((name) => `"${name}"`).join(' ');
  const params = `(${list});created=${now()};keyid="${KEY_ID}"`;
  const base = signatureBase(message, COVERED, params);
  const bytes = sign(null, Buffer.from(base), privateKey);
  headers['signature-input'] = `sig1=${params}`;
  headers.signature = `sig1=:${bytes.toString('base64')}:`;
  return message;
}

function createReceiver({ authority, publicKeys, now, maxAge = 300 }) {
  const seen = new Map();                        // webhook-id -> when it may be forgotten
  return function receive(message) {
    const { headers, body } = message;
    const params = /^sig1=(.+)$/.exec(headers['signature-input'] ?? '')?.[1] ?? '';
    const [, list, created, keyId] =             // our profile: these, in this order
      /^\(([^)]*)\);created=(\d+);keyid="([^"]+)"$/.exec(params) ?? [];
    const covered = (list ?? '').split(' ').map((item) => item.replaceAll('"', ''));
    if (COVERED.some((name) => !covered.includes(name))) return 'not covered';
    const key = publicKeys.get(keyId);         // never one that the message brings
    if (!key) return 'unknown key';
    const base = signatureBase({ ...message, authority }, covered, params);
    const bytes = Buffer.from(/^sig1=:(.+):$/.exec(headers.signature)?.[1] ?? '', 'base64');
    if (!verify(null, Buffer.from(base), key, bytes)) return 'bad signature';
    if (headers['content-digest'] !== digest(body)) return 'body changed';
    if (Math.abs(now() - Number(created)) > maxAge) return 'too old';
    for (const [id, until] of seen) if (until <= now()) seen.delete(id);
    if (seen.has(headers['webhook-id'])) return 'seen before';
    seen.set(headers['webhook-id'], now() + 86_400);
    return 'accepted';
  };
}

function setup() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const world = { t: 1_795_770_000 };
  const now = () => world.t;
  const authority = 'hooks.palco.example';
  const publicKeys = new Map([[KEY_ID, publicKey]]);
  const receive = createReceiver({ authority, publicKeys, now });
  const body = '{"type":"order.refunded","data":{"id":"order_7"}}';
  const url = 'https://hooks.palco.example/turnstile';
  const message = send({ body, id: 'msg_1', url, privateKey, now });
  return { world, publicKeys, receive, message };
}

test('the base agrees with RFC 9421, appendix B.2.6', () => {
  const headers = { date: 'Tue, 20 Apr 2021 02:07:55 GMT', 'content-length': '18',
    'content-type': 'application/json' };
  const message = { method: 'POST', authority: 'example.com', path: '/foo', headers };
  const covered = ['date', '@method', '@path', '@authority', 'content-type',
    'content-length'];
  const params = `(${covered.map((name) => `"${name}"`).join(' ')})`
    + ';created=1618884473;keyid="test-key-ed25519"';
  const key = createPublicKey({ format: 'der', type: 'spki', key: Buffer.from(   // test key
    'MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=', 'base64') });
  const signature = Buffer.from('wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u'
    + '02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==', 'base64');
  const base = signatureBase(message, covered, params);
  assert.ok(verify(null, Buffer.from(base), key, signature));
});

test('a delivery is accepted once', () => {
  const { receive, message } = setup();
  assert.equal(receive(message), 'accepted');
  assert.equal(receive(message), 'seen before');
});

test('a changed body, path, or ID is noticed', () => {
  const { receive, message } = setup();
  const { headers } = message;
  assert.equal(receive({ ...message, body: '{}' }), 'body changed');
  assert.equal(receive({ ...message, path: '/other' }), 'bad signature');
  const renamed = { ...message, headers: { ...headers, 'webhook-id': 'msg_2' } };
  assert.equal(receive(renamed), 'bad signature');
});

test('what is not signed does not count', () => {
  const { receive, message } = setup();
  const input = message.headers['signature-input'].replace('"content-digest" ', '');
  const headers = { ...message.headers, 'signature-input': input };
  assert.equal(receive({ ...message, headers }), 'not covered');
});

test('an old delivery and one for somebody else are refused', () => {
  const { world, publicKeys, receive, message } = setup();
  const authority = 'hooks.entrada.example';
  const other = createReceiver({ authority, publicKeys, now: () => world.t });
  assert.equal(other(message), 'bad signature');
  world.t += 301;
  assert.equal(receive(message), 'too old');
});
