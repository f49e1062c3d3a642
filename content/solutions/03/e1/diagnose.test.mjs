import { test } from 'node:test';
import assert from 'node:assert/strict';
import tls from 'node:tls';
import { once } from 'node:events';
import { X509Certificate, generateKeyPairSync, sign } from 'node:crypto';

const REMEDY = {
  CERT_HAS_EXPIRED: 'renew it, reload it, and find out why neither happened',
  CERT_NOT_YET_VALID: 'compare the clocks of client and issuer',
  ERR_TLS_CERT_ALTNAME_INVALID: 'issue for the name asked for, or fix the SNI mapping',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'install the issued certificate, not the placeholder',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'send the intermediate with the leaf',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'give the client the root, or use one that it has',
};

// A cold connection, always: a resumed session would not show the certificate.
async function diagnose({ port, host = '127.0.0.1', servername, ca }) {
  const socket = tls.connect({
    host, port, servername, ca, rejectUnauthorized: false,       // to look, not to send
    checkServerIdentity: () => undefined,
  });
  try {
    await once(socket, 'secureConnect');
    const { raw, subjectaltname = '', valid_to: end } = socket.getPeerCertificate();
    const facts = { names: subjectaltname.replaceAll('DNS:', ''), end };
    const chain = socket.authorizationError;
    if (chain) return { ...facts, code: chain, remedy: REMEDY[chain] ?? 'look it up' };
    if (!new X509Certificate(raw).checkHost(servername)) {
      const code = 'ERR_TLS_CERT_ALTNAME_INVALID';
      return { ...facts, code, remedy: REMEDY[code] };
    }
    return { ...facts, code: 'OK' };
  } finally {
    socket.destroy();
  }
}

// Test keys and certificates, made anew on every run.
function der(tag, ...parts) {
  const body = Buffer.concat(parts);
  const n = body.length;
  const length = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >> 8, n & 255];
  return Buffer.concat([Buffer.of(tag, ...length), body]);
}
const seq = (...parts) => der(0x30, ...parts);
const oid = (hex) => der(0x06, Buffer.from(hex, 'hex'));
const text = (tag, value) => der(tag, Buffer.from(value));
const date = (day) => text(0x17, `${day.replaceAll('-', '').slice(2)}000000Z`);
const naming = (cn) => seq(der(0x31, seq(oid('550403'), text(0x0c, cn))));
const extension = (id, value) => seq(oid(id), der(0x04, value));
const ECDSA_SHA256 = seq(oid('2a8648ce3d040302'));
let serial = 0;

function issue({ subject, issuer, names = [], ca = false, from = '2020-01-01',
  to = '2049-12-31' }) {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = issuer ?? { subject, pair };
  const claims = seq(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(serial += 1)), ECDSA_SHA256,
    naming(signer.subject), seq(date(from), date(to)), naming(subject),
    pair.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, seq(
      extension('551d13', seq(...(ca ? [der(0x01, Buffer.of(255))] : []))),
      ...(ca ? [] : [extension('551d11', seq(...names.map((name) => text(0x82, name))))]),
    )),
  );
  const signature = der(0x03, Buffer.of(0), sign('sha256', claims, signer.pair.privateKey));
  const body = seq(claims, ECDSA_SHA256, signature).toString('base64');
  const cert = `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
  const key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' });
  return { subject, pair, cert, key };
}

const root = issue({ subject: 'Turnstile test root', ca: true });
const middle = issue({ subject: 'Turnstile test intermediate', issuer: root, ca: true });
const leaf = (changes = {}) => {
  const names = ['turnstile.test'];
  const made = issue({ subject: 'x', issuer: middle, names, ...changes });
  return { key: made.key, cert: made.cert + middle.cert, leafOnly: made.cert };
};

async function verdict({ key, cert }, ca = root.cert) {
  const server = tls.createServer({ key, cert }, (socket) => {
    socket.on('error', (error) => assert.match(error.code, /ECONNRESET|EPIPE/));
    socket.resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address();
    return await diagnose({ port, servername: 'turnstile.test', ca });
  } finally {
    server.close();
  }
}

test('a healthy server', async () => {
  const { code, names } = await verdict(leaf());
  assert.deepEqual([code, names], ['OK', 'turnstile.test']);
});

test('expired, and until when it was good', async () => {
  const { code, end } = await verdict(leaf({ to: '2021-01-01' }));
  assert.equal(code, 'CERT_HAS_EXPIRED');
  assert.match(end, /Jan\s+1 00:00:00 2021/);
});

test('other name, and which names it has', async () => {
  const { code, names } = await verdict(leaf({ names: ['www.turnstile.test'] }));
  assert.deepEqual([code, names], ['ERR_TLS_CERT_ALTNAME_INVALID', 'www.turnstile.test']);
});

test('self-signed', async () => {
  const { code } = await verdict(issue({ subject: 'x', names: ['turnstile.test'] }));
  assert.equal(code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
});

test('intermediate left out', async () => {
  const { key, leafOnly } = leaf();
  const { code, remedy } = await verdict({ key, cert: leafOnly });
  assert.equal(code, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  assert.match(remedy, /intermediate/);
});

test('root unknown to the client', async () => {
  const stranger = issue({ subject: 'Stranger root', ca: true });
  const { code } = await verdict(leaf(), stranger.cert);
  assert.equal(code, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY');
});
