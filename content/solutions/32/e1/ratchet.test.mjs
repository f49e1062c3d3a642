// A rule for code that breaks it already: what is known may stay, nothing may be added.
import { test } from 'node:test';
import assert from 'node:assert/strict';

// An offense is named by what imports what. A line number would change with every edit.
const name = ({ from, to }) => `${from} -> ${to}`;

export function ratchet(known, offenses) {
  const found = new Set(offenses.map(name));
  const fresh = [...found].filter((offense) => !known.includes(offense)).sort();
  const healed = known.filter((offense) => !found.has(offense)).sort();
  return { ok: fresh.length === 0 && healed.length === 0, fresh, healed };
}

export const mayReplace = (before, after) =>     // the list itself may only shrink
  after.every((offense) => before.includes(offense));

const http = { from: 'shared/refuse.mjs', to: 'node:http', line: 2 };
const seats = { from: 'payments/domain/refund.mjs', to: 'booking/domain/seats.mjs', line: 2 };
const known = [name(http), name(seats)];

test('what is known passes', () => {
  assert.equal(ratchet(known, [http, seats]).ok, true);
});
test('a fresh offense fails', () => {
  const more = { from: 'catalog/domain/show.mjs', to: 'node:http', line: 1 };
  assert.deepEqual(ratchet(known, [http, seats, more]).fresh, [name(more)]);
});
test('one healed does not pay for a fresh one', () => {
  const other = { from: 'catalog/domain/show.mjs', to: 'node:http', line: 1 };
  const result = ratchet(known, [http, other]);  // as many as before
  assert.equal(result.ok, false);
  assert.deepEqual(result.fresh, [name(other)]);
});
test('what is healed must leave the list', () => {
  assert.deepEqual(ratchet(known, [http]), { ok: false, fresh: [], healed: [name(seats)] });
});
test('a moved line changes nothing', () => {
  assert.equal(ratchet(known, [{ ...http, line: 40 }, seats]).ok, true);
});
test('the list may shrink, not grow', () => {
  assert.equal(mayReplace(known, [name(http)]), true);
  assert.equal(mayReplace([name(http)], known), false);
});
