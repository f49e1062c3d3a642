// A test certificate authority, made anew for each run: Module 3. Never a real key.
import { generateKeyPairSync, sign } from 'node:crypto';

function der(tag, ...parts) {                    // every ASN.1 value: tag, length, content
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

export function issue({ subject, issuer, names = [], ca = false, to = '2049-12-31' }) {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });      // a test key
  const signer = issuer ?? { subject, pair };    // a root signs itself
  const alternatives = names.map((name) => text(0x82, name));
  const claims = seq(
    der(0xa0, der(0x02, Buffer.of(2))),          // version 3
    der(0x02, Buffer.of(serial += 1)), ECDSA_SHA256,
    naming(signer.subject), seq(date('2020-01-01'), date(to)), naming(subject),
    pair.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, seq(                               // may it sign others? for which names?
      extension('551d13', seq(...(ca ? [der(0x01, Buffer.of(255))] : []))),
      ...(ca ? [] : [extension('551d11', seq(...alternatives))]),
    )),
  );
  const signature = der(0x03, Buffer.of(0), sign('sha256', claims, signer.pair.privateKey));
  const body = seq(claims, ECDSA_SHA256, signature).toString('base64');
  const cert = `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
  const key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' });
  return { subject, pair, cert, key };
}
