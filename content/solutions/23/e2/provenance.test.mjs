import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { admit, attest, digest } from './provenance.mjs';

const platform = generateKeyPairSync('ed25519'); // test keys, made for this run
const laptop = generateKeyPairSync('ed25519');
const image = Buffer.from('booking image 41');
const expected = {
  builders: { 'ci.example': platform.publicKey },
  repository: 'turnstile/booking',
  ref: 'refs/heads/main',
};
const statement = {
  builder: 'ci.example', digest: digest(image),
  repository: 'turnstile/booking', ref: 'refs/heads/main',
};
const told = (changes, key = platform.privateKey) => attest(key, { ...statement, ...changes });

test('the expected artifact is admitted', () => {
  assert.equal(admit(image, told({}), expected), 'admitted');
});

test('no provenance, and a signature of nobody trusted', () => {
  assert.equal(admit(image, undefined, expected), 'refused: no provenance');
  assert.match(admit(image, told({}, laptop.privateKey), expected), /no trusted builder/);
});

test('an honest statement about something else', () => {
  const other = Buffer.from('booking image 41, changed after the build');
  assert.equal(admit(other, told({}), expected), 'refused: other artifact');
  assert.equal(admit(image, told({ repository: 'zofia/booking' }), expected),
    'refused: repository');
  assert.equal(admit(image, told({ ref: 'refs/pull/7/merge' }), expected), 'refused: ref');
});

test('an edited statement and an unknown parameter', () => {
  const { signature } = told({});
  const edited = { payload: Buffer.from(JSON.stringify({ ...statement, ref: 'x' })), signature };
  assert.match(admit(image, edited, expected), /no trusted builder/);
  assert.equal(admit(image, told({ script: 'extra.sh' }), expected),
    'refused: unknown parameter script');
});
