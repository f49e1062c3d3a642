import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnose } from './diagnose.mjs';

const entrances = ['POST /v1/holds'];
const span = (spanId, parentId, name, start, end, service = 'booking') =>
  ({ spanId, parentId, name, start, end, service });
const root = span('1', undefined, 'POST /v1/holds', 0, 100);
const check = (...spans) => diagnose(spans, { entrances });

test('a whole trace has no findings', () => {
  assert.deepEqual(check(root, span('2', '1', 'SELECT seat', 10, 90)), []);
});
test('a root that is no entrance has lost its context', () => {
  assert.match(check(span('9', undefined, 'SELECT seat', 0, 40))[0], /context lost/);
});
test('a query that begins after its request ended is foreign', () => {
  assert.match(check(root, span('2', '1', 'SELECT seat', 100, 140))[0], /foreign or detached/);
});
test('a parent that never arrived is missing', () => {
  assert.match(check(root, span('3', '7', 'POST /v1/payments', 20, 60))[0], /parent missing/);
});
test('a server span outside its call hints at clocks', () => {
  const found = check(root, span('2', '1', 'POST /v1/payments', -30, 50, 'payments'));
  assert.match(found[0], /clocks differ/);
});
test('two entrances under one ID', () => {
  const found = check(root, span('5', undefined, 'POST /v1/holds', 200, 300));
  assert.deepEqual(found, ['2 roots: an ID was reused']);
});
