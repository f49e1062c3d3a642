// A review policy as a function: who must look at a change, and with what evidence?
import { test } from 'node:test';
import assert from 'node:assert/strict';

const OWNERS = [                                 // as in CODEOWNERS: the last match decides
  ['', 'backend'],
  ['payments/', 'payments'],
  ['payments/docs/', 'docs'],
  ['booking/db/', 'data'],
];
const MAX_LINES = 200;                           // ours; generated files are not counted

export function policy({ author, files, purpose = '', evidence = [] }) {
  const owner = ({ path }) => OWNERS.findLast(([prefix]) => path.startsWith(prefix))[1];
  const hand = files.filter(({ generated }) => !generated);
  const lines = hand.reduce((sum, { changed }) => sum + changed, 0);
  const missing = [];
  if (purpose.trim() === '') missing.push('purpose');
  if (lines > MAX_LINES) missing.push(`split: ${lines} lines`);
  const touches = (prefix) => files.some(({ path }) => path.startsWith(prefix));
  if (touches('booking/db/') && !evidence.includes('migration both ways')) {
    missing.push('migration both ways');
  }
  const fixes = /^fix\b/i.test(purpose);
  if (fixes && !evidence.includes('test that failed before')) {
    missing.push('test that failed before');
  }
  return { reviewers: [...new Set(files.map(owner))].sort(), never: author, missing };
}

const change = (path, changed = 24, rest = {}) =>
  ({ author: 'nia', purpose: 'Show the fee', files: [{ path, changed }], ...rest });

test('one owner for a small change', () => {
  assert.deepEqual(policy(change('catalog/show.mjs')),
    { reviewers: ['backend'], never: 'nia', missing: [] });
});
test('the last match decides', () => {
  assert.deepEqual(policy(change('payments/charge.mjs')).reviewers, ['payments']);
  assert.deepEqual(policy(change('payments/docs/refunds.md')).reviewers, ['docs']);
});
test('two parts, two owners', () => {
  const files = [{ path: 'booking/order.mjs', changed: 9 },
    { path: 'payments/charge.mjs', changed: 4 }];
  assert.deepEqual(policy({ ...change(''), files }).reviewers, ['backend', 'payments']);
});
test('too large to be read', () => {
  assert.deepEqual(policy(change('booking/order.mjs', 201)).missing, ['split: 201 lines']);
  assert.deepEqual(policy(change('booking/order.mjs', 200)).missing, []);
});
test('generated lines have an owner and no limit', () => {
  const files = [{ path: 'payments/client.mjs', changed: 4_000, generated: true }];
  const { missing, reviewers } = policy({ ...change(''), files });
  assert.deepEqual([missing, reviewers], [[], ['payments']]);
  const made = [{ path: 'booking/db/007.sql', changed: 900, generated: true }];
  assert.deepEqual(policy({ ...change(''), files: made }).missing, ['migration both ways']);
});
test('a fix shows the test, a migration both ways', () => {
  const fix = change('booking/db/006.sql', 8, { purpose: 'Fix lost holds' });
  assert.deepEqual(policy(fix).missing, ['migration both ways', 'test that failed before']);
  const evidence = ['migration both ways', 'test that failed before'];
  assert.deepEqual(policy({ ...fix, evidence }).missing, []);
});
test('nobody can tell why', () => {
  assert.deepEqual(policy({ ...change('catalog/show.mjs'), purpose: ' ' }).missing, ['purpose']);
});
