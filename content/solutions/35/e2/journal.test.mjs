import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, frame } from './journal.mjs';

const batches = Array.from({ length: 6 }, (_, i) => ({ epoch: 1, records: [`seat A${i}`] }));
const frames = batches.map(frame);
const whole = Buffer.concat(frames);
const startOf = (n) => Buffer.concat(frames.slice(0, n)).length;

test('two equal copies are both whole', () => {
  const { ok, verdicts, batches: read } = compare(whole, whole);
  assert.deepEqual([ok, verdicts, read], [true, ['whole', 'whole'], batches]);
});

test('a torn last batch is taken from the other copy', () => {
  for (let cut = startOf(5) + 1; cut < whole.length; cut += 1) {
    const { ok, verdicts, batches: read } = compare(whole, whole.subarray(0, cut));
    assert.deepEqual([ok, verdicts, read.length], [true, ['whole', 'torn'], 6]);
  }
});

test('a length field that points beyond the end is damage, since the other copy has more', () => {
  const bad = Buffer.from(whole);
  bad[startOf(2)] ^= 0x40;                       // batch 2 now claims a gigabyte
  const { ok, verdicts, batches: read } = compare(bad, whole);
  assert.deepEqual([ok, verdicts, read.length], [true, ['damaged', 'whole'], 6]);
});

test('damage in both copies is left to a person', () => {
  const [a, b] = [Buffer.from(whole), Buffer.from(whole)];
  a[startOf(2) + 12] ^= 1;
  b[startOf(4) + 12] ^= 1;                       // batch 5 is readable behind it: not a tear
  const { ok, verdicts, why, batches: read } = compare(a, b);
  assert.deepEqual([ok, verdicts], [false, ['damaged', 'damaged']]);
  assert.match(why, /neither copy/);
  assert.equal(read.length, 4);                  // what can be read, for that person
  assert.equal(compare(a, a).ok, false);         // at the same place, it is no better
});

test('copies that disagree are never merged', () => {
  const other = Buffer.concat([...frames.slice(0, 3), frame({ epoch: 2, records: [] })]);
  const { ok, why, batches: read } = compare(whole, other);
  assert.deepEqual([ok, why, read], [false, 'batch 3 differs', []]);
});
