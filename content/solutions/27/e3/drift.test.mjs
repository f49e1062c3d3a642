import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classify } from './drift.mjs';

const two = { replicas: 2 };
const six = { replicas: 6 };
const nine = { replicas: 9 };

test('a change in the declaration is pending, not drift', () => {
  assert.equal(classify(six, two, two), 'pending change');
});

test('a change or a deletion outside is drift', () => {
  assert.equal(classify(two, two, six), 'drift: changed outside');
  assert.equal(classify(two, two, undefined), 'drift: deleted outside');
});

test('a hot fix that was declared afterward needs only the record', () => {
  assert.equal(classify(six, two, six), 'record only');
});

test('both sides changed: nobody may apply blindly', () => {
  assert.equal(classify(nine, two, six), 'both: decide first');
});

test('what no declaration names is invisible to a plan', () => {
  assert.equal(classify(undefined, undefined, six), 'unmanaged: import or remove');
  assert.equal(classify(two, undefined, six), 'conflict: exists, not recorded');
});

test('the quiet cases', () => {
  assert.equal(classify(two, two, two), 'in sync');
  assert.equal(classify(undefined, two, two), 'to destroy');
  assert.equal(classify(undefined, two, undefined), 'forget: gone already');
  assert.equal(classify(two, undefined, undefined), 'to create');
});
