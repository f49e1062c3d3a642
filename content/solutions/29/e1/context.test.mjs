import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admit, parse } from './context.mjs';

const T = 'ab'.repeat(16);
const S = 'cd'.repeat(8);
const inside = { edge: false, newId: () => '1'.repeat(32), sample: () => false, allowed: ['show'] };
const edge = { ...inside, edge: true };

test('the sampled flag is a bit, whatever the other bits say', () => {
  for (const [flags, sampled] of [['00', false], ['01', true], ['02', false], ['03', true]]) {
    assert.equal(parse(`00-${T}-${S}-${flags}`).sampled, sampled);
  }
});
test('zeros, capitals, and wrong lengths are no context', () => {
  for (const header of [`00-${'0'.repeat(32)}-${S}-01`, `00-${T}-${'0'.repeat(16)}-01`,
    `00-${T.toUpperCase()}-${S}-01`, `00-${T}-${S}-1`, `00-${T}-${S}-01-x`, `ff-${T}-${S}-01`,
    '', undefined]) assert.equal(parse(header), undefined);
});
test('of a higher version the known fields are read', () => {
  assert.equal(parse(`01-${T}-${S}-01-more`).traceId, T);
  assert.equal(parse(`01-${T}-${S}-01`).spanId, S);
  assert.equal(parse(`01-${T}-${S}-01more`), undefined);
});
test('inside, identity and decision are continued', () => {
  const context = admit({ traceparent: `00-${T}-${S}-01`, tracestate: 'x=1' }, inside);
  assert.deepEqual([context.traceId, context.parentId, context.sampled, context.tracestate],
    [T, S, true, 'x=1']);
});
test('at the edge a new trace begins, with a link and its own decision', () => {
  const context = admit({ traceparent: `00-${T}-${S}-01`, tracestate: 'x=1' }, edge);
  assert.deepEqual([context.traceId, context.parentId, context.sampled, context.tracestate],
    ['1'.repeat(32), undefined, false, undefined]);
  assert.deepEqual(context.links, [{ traceId: T, spanId: S }]);
});
test('baggage: nothing from outside, inside only what is on the list', () => {
  const baggage = 'show=s-7, email=ana%40mail.example';
  assert.deepEqual(admit({ baggage }, edge).baggage, []);
  assert.deepEqual(admit({ baggage }, inside).baggage, ['show=s-7']);
});
