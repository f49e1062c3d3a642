import assert from 'node:assert/strict';
import { test } from 'node:test';
import { next } from './next.mjs';

const after = (expression, zone, from) => {
  const found = next(expression, zone, Date.parse(from));
  return found && `${new Date(found.at).toISOString().slice(0, 16)}Z for ${found.names.join(' ')}`;
};
const LISBON = 'Europe/Lisbon';

test('an ordinary night', () => {
  assert.equal(after('30 1 * * *', LISBON, '2026-07-10T12:00Z'),
    '2026-07-11T00:30Z for 2026-07-11T01:30');
});
test('in a gap: at its end, under the name of the time that was skipped', () => {
  assert.equal(after('30 1 * * *', LISBON, '2026-03-28T12:00Z'),
    '2026-03-29T01:00Z for 2026-03-29T01:30');
  assert.equal(after('30 1 * * *', LISBON, '2026-03-29T01:00Z'),
    '2026-03-30T00:30Z for 2026-03-30T01:30');
  assert.equal(after('0,30 * * * *', LISBON, '2026-03-29T00:30Z'),
    '2026-03-29T01:00Z for 2026-03-29T01:00 2026-03-29T01:30 2026-03-29T02:00');
  assert.equal(after('0,30 * * * *', LISBON, '2026-03-29T01:00Z'),
    '2026-03-29T01:30Z for 2026-03-29T02:30');
});
test('in a fold: once, at the earlier instant', () => {
  assert.equal(after('30 1 * * *', LISBON, '2026-10-24T12:00Z'),
    '2026-10-25T00:30Z for 2026-10-25T01:30');
  assert.equal(after('30 1 * * *', LISBON, '2026-10-25T00:30Z'),
    '2026-10-26T01:30Z for 2026-10-26T01:30');
});
test('asked between the two passes of a fold', () => {
  assert.equal(after('45 1 * * *', LISBON, '2026-10-25T01:10Z'),
    '2026-10-26T01:45Z for 2026-10-26T01:45');
});
test('months without a 31st, years without a 29 February', () => {
  assert.equal(after('0 6 31 * *', LISBON, '2026-05-31T12:00Z'),
    '2026-07-31T05:00Z for 2026-07-31T06:00');
  assert.equal(after('0 6 29 2 *', LISBON, '2026-03-01T00:00Z'),
    '2028-02-29T06:00Z for 2028-02-29T06:00');
  assert.equal(next('0 6 30 2 *', LISBON, Date.parse('2026-03-01T00:00Z')), undefined);
});
test('day and weekday both restricted: either is enough', () => {
  assert.equal(after('0 6 13 * 5', LISBON, '2026-11-07T00:00Z'),
    '2026-11-13T06:00Z for 2026-11-13T06:00');     // a Friday, the 13th
  assert.equal(after('0 6 13 * 5', LISBON, '2026-11-13T06:00Z'),
    '2026-11-20T06:00Z for 2026-11-20T06:00');     // a Friday
  assert.equal(after('0 6 13 * 5', LISBON, '2026-12-12T00:00Z'),
    '2026-12-13T06:00Z for 2026-12-13T06:00');     // a Sunday, the 13th
});
test('a gap of 30 minutes on Lord Howe Island', () => {
  assert.equal(after('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T12:00Z'),
    '2026-10-03T15:30Z for 2026-10-04T02:15');
});
