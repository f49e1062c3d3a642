import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createVault } from './vault.mjs';

let vault;
beforeEach(() => {
  vault = createVault();
  vault.rotate();
  for (let i = 0; i < 100; i += 1) vault.put('meridian', `order_${i}`, `buyer ${i}`);
});

test('a rewrap that stops half-way goes on, and all stays readable meanwhile', () => {
  vault.rotate();
  assert.equal(vault.rewrap(40), 40);            // then the job crashes
  for (let i = 0; i < 100; i += 1) assert.equal(vault.get('meridian', `order_${i}`), `buyer ${i}`);
  assert.equal(vault.rewrap(), 60);
  assert.equal(vault.rewrap(), 0);
});

test('an order written during the rotation already has the new version', () => {
  vault.rotate();
  vault.put('meridian', 'order_new', 'late buyer');
  assert.equal(vault.rewrap(), 100);
});

test('a version is destroyed only when no row and no backup names it', () => {
  vault.backup();
  vault.rotate();
  vault.rewrap(99);
  assert.throws(() => vault.destroy(1), /1 rows and 100 in backups/);
  vault.rewrap();
  assert.throws(() => vault.destroy(1), /0 rows and 100 in backups/);
  vault.dropBackups();
  vault.destroy(1);
  assert.equal(vault.get('meridian', 'order_99'), 'buyer 99');
  assert.throws(() => vault.destroy(2), /current/);
});

test('another promoter cannot read it, whatever the row says', () => {
  assert.throws(() => vault.get('harbor', 'order_1'));
});
