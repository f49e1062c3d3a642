import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeError } from './safe-error.mjs';

const SECRET = 'test-token-7f3a';
const text = (error) => JSON.stringify(safeError(error));

test('a message that quotes a token does not reach the record', () => {
  const out = text(new TypeError(`bad token ${SECRET}`));
  assert.ok(!out.includes(SECRET));
  assert.match(out, /"kind":"TypeError"/);
});
test('a cause is followed, with the same care', () => {
  const cause = Object.assign(new Error(SECRET), { code: 'ECONNREFUSED' });
  const out = safeError(new Error('payment failed', { cause }));
  assert.equal(out.cause.code, 'ECONNREFUSED');
  assert.ok(!JSON.stringify(out).includes(SECRET));
});
test('a code that is not a code is left out', () => {
  for (const code of [SECRET, 'TESTKEY7F3A']) {
    assert.equal(safeError(Object.assign(new Error('x'), { code })).code, undefined);
  }
});
test('a message that imitates a frame is not taken for the place', () => {
  const message = `bad\n    at x (file:///srv/${SECRET}.mjs:1:2)`;
  assert.match(safeError(new Error(message)).at, /^safe-error\.test\.mjs:\d+$/);
});
test('a message that was changed after the stack was taken gives no place', () => {
  const error = new Error(`bad\n    at x (file:///srv/${SECRET}.mjs:1:2)`);
  assert.ok(error.stack.includes(SECRET));       // Node.js formats it when first read
  error.message = 'shorter';
  assert.deepEqual(safeError(error), { kind: 'Error' });
});
test('what is thrown need not be an error', () => {
  assert.deepEqual(safeError(SECRET), { kind: 'string' });
});
test('a circle of causes ends', () => {
  const error = new Error('x');
  error.cause = error;
  assert.ok(safeError(error).cause.cause);
  assert.equal(safeError(error).cause.cause.cause, undefined);
});
test('the place of the failure is kept', () => {
  assert.match(safeError(new Error('x')).at, /^safe-error\.test\.mjs:\d+$/);
});
