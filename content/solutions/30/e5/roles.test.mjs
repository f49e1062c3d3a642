import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRoles } from './roles.mjs';

const open = () => createRoles({ now: () => 0, opener: 'Amara' });

test('until the other has answered, the role stays', () => {
  const roles = open();
  roles.offer('lead', 'Amara', 'Yuki', 'flag is off, orders unchecked');
  assert.equal(roles.holder('lead'), 'Amara');
  roles.accept('lead', 'Yuki');
  assert.equal(roles.holder('lead'), 'Yuki');
  assert.equal(roles.holder('operations'), 'Amara');
});
test('nobody takes what was not offered, or gives what is not theirs', () => {
  const roles = open();
  assert.throws(() => roles.accept('lead', 'Tomas'), /not offered/);
  assert.throws(() => roles.offer('lead', 'Tomas', 'Yuki', 'x'), /Tomas is not lead/);
  roles.offer('lead', 'Amara', 'Yuki', 'x');
  assert.throws(() => roles.accept('lead', 'Tomas'), /not offered/);
});
test('a handover says what is open', () => {
  assert.throws(() => open().offer('lead', 'Amara', 'Yuki'), /what is open/);
});
test('it does not close while a check is open, or by another hand', () => {
  const roles = open();
  roles.mustCheck('Amara', 'double charges since 20:04');
  assert.throws(() => roles.close('Amara'), /open: double charges/);
  roles.checked('Tomas', 'double charges since 20:04', 'none in 312 payments');
  assert.throws(() => roles.close('Tomas'), /not lead/);
  roles.close('Amara');
  assert.deepEqual(roles.record.map(({ who, text }) => `${who}: ${text}`), [
    'Amara: to check: double charges since 20:04',
    'Tomas: double charges since 20:04: none in 312 payments',
    'Amara: closed',
  ]);
});
