import {
  createHash, createHmac, createPrivateKey, createPublicKey, diffieHellman,
} from 'node:crypto';

const bytes = (hex) => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');
const hash = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const extract = (salt, secret) => createHmac('sha256', salt).update(secret).digest();

function expandLabel(secret, label, context, length) {           // RFC 9846, section 7.1
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([
    Buffer.of(length >> 8, length & 255, name.length), name,
    Buffer.of(context.length), context, Buffer.of(1),            // one block is enough here
  ]);
  return createHmac('sha256', secret).update(info).digest().subarray(0, length);
}
const derive = (secret, label, ...messages) =>
  expandLabel(secret, label, hash(...messages), 32);

// X25519 keys in DER: a prefix and 32 bytes. Test values published in RFC 8448, section 3.
const key = (prefix, create, hex, type) =>
  create({ key: bytes(prefix + hex), format: 'der', type });
const clientKey = key('302e020100300506032b656e04220420', createPrivateKey,
  '49af42ba7f7994852d713ef2784bcbcaa7911de26adc5642cb634540e7ea5005', 'pkcs8');
const serverShare = key('302a300506032b656e032100', createPublicKey,
  'c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f', 'spki');

const clientHello = bytes(`
  010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece70000
  06130113031302010000910000000b0009000006736572766572ff01000100000a00140012001d00
  17001800190100010101020103010400230000003300260024001d002099381de560e4bd43d23d8e
  435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020001e040305030603
  020308040805080604010501060102010402050206020202002d00020101001c00024001`);
const serverHello = bytes(`
  020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e269280013
  0100002e00330024001d0020c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b0
  4e751f0f002b00020304`);

const zeros = Buffer.alloc(32);
const shared = diffieHellman({ privateKey: clientKey, publicKey: serverShare });
const early = extract(zeros, zeros);                             // no pre-shared key
const handshake = extract(derive(early, 'derived'), shared);
const flights = (hello) => ({
  client: derive(handshake, 'c hs traffic', hello, serverHello),
  server: derive(handshake, 's hs traffic', hello, serverHello),
});

const { client, server } = flights(clientHello);
console.log('shared secret     ', shared.toString('hex', 0, 8));
console.log('client handshake  ', client.toString('hex', 0, 8));
console.log('server handshake  ', server.toString('hex', 0, 8));
const material = (label, length) =>
  expandLabel(server, label, Buffer.alloc(0), length).toString('hex');
console.log('server write key  ', material('key', 16));
console.log('server write iv   ', material('iv', 12));

const tampered = Buffer.from(clientHello);
tampered[tampered.length - 1] ^= 1;                              // one bit on the way
console.log('after one bit flip', flights(tampered).server.toString('hex', 0, 8));
