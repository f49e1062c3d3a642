import { generateKeyPairSync, sign, verify } from 'node:crypto';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');     // a test key
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const input = `${part({ alg: 'Ed25519' })}.${part({ sub: 'zofia', jti: 'j1' })}`;
const signature = sign(null, Buffer.from(input), privateKey).toString('base64url');
const token = `${input}.${signature}`;

const split = (text) => {
  const end = text.lastIndexOf('.');
  return [text.slice(0, end), text.slice(end + 1)];
};
const lenient = (text) => {                      // Buffer ignores what is left over
  const [signed, tail] = split(text);
  return verify(null, Buffer.from(signed), publicKey, Buffer.from(tail, 'base64url'));
};
const strict = (text) => {                       // one spelling for each signature
  const [, tail] = split(text);
  return Buffer.from(tail, 'base64url').toString('base64url') === tail && lenient(text);
};

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const spellings = [...letters].map((letter) => token.slice(0, -1) + letter);
const alive = spellings.filter(lenient);
const jti = (text) => JSON.parse(Buffer.from(text.split('.')[1], 'base64url')).jti;
const [byText, byId] = [new Set([token]), new Set(['j1'])];

const count = (texts, keep) => texts.filter(keep).length;
console.log('characters of the signature', signature.length);
console.log('spellings accepted         ', alive.length);
console.log('after revoking the text    ', count(alive, (text) => !byText.has(text)));
console.log('after revoking the jti     ', count(alive, (text) => !byId.has(jti(text))));
console.log('accepted by a strict reader', count(spellings, strict));
