// Turnstile's gate for dependencies: the lockfile before and after a change, and a reason.
import { test } from 'node:test';
import assert from 'node:assert/strict';

const EXACT = /^\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/;         // a pre-release is exact, too
const FIELDS = ['why', 'instead', 'owner', 'leave'];       // what a record must answer

export function gate({ before, after, records }) {
  const blocking = [];
  const advice = [];
  const name = (path) => path.replace(/^.*node_modules\//, '');
  const added = Object.keys(after.packages).filter((path) => !(path in before.packages));
  for (const direct of Object.keys(after.direct)) {
    if (direct in before.direct) continue;
    const record = records[direct] ?? {};
    const lacks = FIELDS.filter((field) => !record[field]);
    if (lacks.length > 0) blocking.push(`${direct}: record lacks ${lacks.join(', ')}`);
  }
  for (const [path, entry] of Object.entries(after.packages)) {
    if (!EXACT.test(entry.version)) blocking.push(`${name(path)}: no exact version`);
    if (!entry.integrity) blocking.push(`${name(path)}: no hash`);
    const was = before.packages[path];
    const pinned = was?.integrity && was.version === entry.version;
    if (pinned && was.integrity !== entry.integrity) {
      blocking.push(`${name(path)}: same version, other bytes`);
    }
    if (entry.hasInstallScript && !was?.hasInstallScript) {
      blocking.push(`${name(path)}: runs code on install`);
    }
  }
  if (added.length > 5) advice.push(`${added.length} packages more`);
  return { ok: blocking.length === 0, blocking, advice };
}

const entry = (version, rest = {}) => ({ version, integrity: `sha512-${version}`, ...rest });
const before = { direct: { qr: '^2.1.0' },
  packages: { 'node_modules/qr': entry('2.1.4') } };
const record = { why: 'PDF tickets', instead: 'own writer: 900 lines', owner: 'ticketing',
  leave: 'behind ticketing/pdf.mjs' };
const plus = (packages, direct = {}) => ({ direct: { ...before.direct, ...direct },
  packages: { ...before.packages, ...packages } });

test('nothing changed, nothing said', () => {
  assert.deepEqual(gate({ before, after: before, records: {} }),
    { ok: true, blocking: [], advice: [] });
});
test('a new one needs a record', () => {
  const after = plus({ 'node_modules/pdf': entry('4.0.0') }, { pdf: '^4.0.0' });
  assert.deepEqual(gate({ before, after, records: { pdf: { why: 'tickets' } } }).blocking,
    ['pdf: record lacks instead, owner, leave']);
  assert.equal(gate({ before, after, records: { pdf: record } }).ok, true);
  const beta = plus({ 'node_modules/qr': entry('2.2.0-beta.1') });
  assert.equal(gate({ before, after: beta, records: {} }).ok, true);     // exact, too
});
test('what it brings along needs a hash, too', () => {
  const after = plus({ 'node_modules/qr/node_modules/pad': { version: '1.0.0' } });
  assert.deepEqual(gate({ before, after, records: {} }).blocking, ['pad: no hash']);
});
test('a released version never changes', () => {
  const after = plus({ 'node_modules/qr': { version: '2.1.4', integrity: 'sha512-other' } });
  assert.deepEqual(gate({ before, after, records: {} }).blocking,
    ['qr: same version, other bytes']);
  const unhashed = { ...before, packages: { 'node_modules/qr': { version: '2.1.4' } } };
  assert.equal(gate({ before: unhashed, after: before, records: {} }).ok, true);   // mended
});
test('a script that begins to run is seen', () => {
  const after = plus({ 'node_modules/qr': entry('2.1.5', { hasInstallScript: true }) });
  assert.deepEqual(gate({ before, after, records: {} }).blocking,
    ['qr: runs code on install']);
});
test('many at once is advice, not a wall', () => {
  const six = Object.fromEntries(Array.from({ length: 6 }, (_, i) =>
    [`node_modules/p${i}`, entry(`1.0.${i}`)]));
  assert.deepEqual(gate({ before, after: plus(six), records: {} }),
    { ok: true, blocking: [], advice: ['6 packages more'] });
});
