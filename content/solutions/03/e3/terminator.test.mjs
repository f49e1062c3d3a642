import { test } from 'node:test';
import assert from 'node:assert/strict';
import tls from 'node:tls';
import { once } from 'node:events';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const TLS12 = ['ECDSA', 'RSA'].flatMap((key) => [            // RFC 9325, section 4.2
  `ECDHE-${key}-AES128-GCM-SHA256`, `ECDHE-${key}-AES256-GCM-SHA384`,
]);

function createTerminator(sites) {
  const ecdhCurve = 'X25519MLKEM768:X25519:P-256';
  const settings = { minVersion: 'TLSv1.2', ciphers: TLS12.join(':'), ecdhCurve };
  const contexts = new Map();                    // name -> secure context
  const load = (name, { key, cert }) =>
    contexts.set(name, tls.createSecureContext({ ...settings, key, cert }));
  for (const [name, credentials] of Object.entries(sites)) load(name, credentials);
  const server = tls.createServer({
    ...settings, ticketKeys: randomBytes(48), ALPNProtocols: ['h2', 'http/1.1'],
    SNICallback(name, done) {
      const context = contexts.get(name);
      return context ? done(null, context) : done(new Error(`no site ${name}`));
    },
  });
  return Object.assign(server, { load });        // load() replaces without a restart
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
  to = '2049-12-31', pair = generateKeyPairSync('ec', { namedCurve: 'P-256' }) }) {
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
const site = (name, more) => issue({ subject: 'x', issuer: root, names: [name], ...more });

async function start(t, sites) {
  const server = createTerminator(sites);
  server.on('tlsClientError', ({ code, message }) => t.diagnostic(code ?? message));
  server.on('secureConnection', (socket) => {
    socket.on('error', (error) => assert.match(error.code, /ECONNRESET|EPIPE/));
    socket.on('end', () => socket.end('ok'));
    socket.resume();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  return server;
}

async function connect(server, options = {}) {
  const socket = tls.connect({
    host: '127.0.0.1', port: server.address().port, servername: 'turnstile.test',
    ca: root.cert, ALPNProtocols: ['h2'], ...options,
  });
  let session;
  socket.on('session', (ticket) => { session = ticket; });
  try {
    await once(socket, 'secureConnect');
    const seen = {
      protocol: socket.getProtocol(), alpn: socket.alpnProtocol,
      group: socket.getEphemeralKeyInfo().name, reused: socket.isSessionReused(),
    };
    await once(socket.end().resume(), 'end');
    return { ...seen, session };
  } finally {
    socket.destroy();
  }
}
const only12 = (ciphers) => ({ maxVersion: 'TLSv1.2', ciphers });

test('TLS 1.3 with a hybrid group and h2 for a current client', async (t) => {
  const server = await start(t, { 'turnstile.test': site('turnstile.test') });
  const { protocol, group, alpn } = await connect(server);
  assert.deepEqual([protocol, group, alpn], ['TLSv1.3', 'X25519MLKEM768', 'h2']);
});

test('TLS 1.1 is refused', async (t) => {
  const server = await start(t, { 'turnstile.test': site('turnstile.test') });
  const version = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' };
  const old = connect(server, { ...version, ciphers: 'DEFAULT@SECLEVEL=0' });
  await assert.rejects(old, { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
});

test('TLS 1.2 only with ephemeral exchange and AEAD, even for an RSA key', async (t) => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const server = await start(t, { 'turnstile.test': site('turnstile.test', { pair }) });
  const { protocol } = await connect(server, only12('ECDHE-RSA-AES128-GCM-SHA256'));
  assert.equal(protocol, 'TLSv1.2');
  for (const bad of ['AES256-GCM-SHA384', 'ECDHE-RSA-AES256-SHA384']) {   // static RSA, CBC
    const refused = connect(server, only12(bad));
    await assert.rejects(refused, { code: 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE' });
  }
});

test('a name without a site gets no certificate at all', async (t) => {
  const server = await start(t, { 'turnstile.test': site('turnstile.test') });
  await assert.rejects(connect(server, { servername: 'x.test' }), { code: 'ECONNRESET' });
});

test('no common protocol: the handshake fails', async (t) => {
  const server = await start(t, { 'turnstile.test': site('turnstile.test') });
  const mail = connect(server, { ALPNProtocols: ['smtp'] });
  await assert.rejects(mail, { code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL' });
});

test('new ticket keys cost a full handshake, not an error', async (t) => {
  const server = await start(t, { 'turnstile.test': site('turnstile.test') });
  const { session } = await connect(server);
  assert.equal((await connect(server, { session })).reused, true);
  server.setTicketKeys(randomBytes(48));
  assert.equal((await connect(server, { session })).reused, false);
});

test('a certificate is replaced without a restart', async (t) => {
  const expired = site('turnstile.test', { to: '2021-01-01' });
  const server = await start(t, { 'turnstile.test': expired });
  await assert.rejects(connect(server), { code: 'CERT_HAS_EXPIRED' });
  server.load('turnstile.test', site('turnstile.test'));
  assert.equal((await connect(server)).protocol, 'TLSv1.3');
});
