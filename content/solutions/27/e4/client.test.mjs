import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFlags } from './client.mjs';

function world() {
  const w = { t: 0, disk: undefined, answer: undefined, asked: 0 };
  w.open = () => createFlags({
    fetchSnapshot: async () => {
      w.asked += 1;
      if (!w.answer) throw new Error('flag service down');
      return w.answer;
    },
    store: {
      read: () => w.disk,
      write: (s) => { if (w.full) throw new Error('disk full'); w.disk = s; },
    },
    fallbacks: { 'pay-in-two': false, 'stop-mail': false },
    now: () => w.t, staleMs: 60_000,
  });
  return w;
}
const snapshot = (version, share, more = {}) => ({
  version, flags: { 'pay-in-two': { salt: 'pay-2026', share, ...more } },
});

test('cold start without the service: compiled fallbacks', async () => {
  const w = world();
  const flags = w.open();
  assert.match(await flags.refresh(), /kept version none/);
  assert.deepEqual(flags.evaluate('pay-in-two', 'ana'),
    { value: false, reason: 'fallback' });
  assert.equal(w.asked, 1);
});

test('an outage keeps the last good version, across a restart', async () => {
  const w = world();
  w.answer = snapshot(4, 1);
  await w.open().refresh();
  w.answer = undefined;
  w.t = 90_000;
  const restarted = w.open();
  await restarted.refresh();
  assert.deepEqual(restarted.evaluate('pay-in-two', 'ana'),
    { value: true, reason: 'stale' });
});

test('a bad or older snapshot is refused as a whole', async () => {
  const w = world();
  const flags = w.open();
  w.answer = snapshot(4, 1);
  await flags.refresh();
  w.answer = snapshot(5, 25);
  assert.equal(await flags.refresh(), 'refused: pay-in-two: share 25');
  w.answer = snapshot(3, 0);
  assert.equal(await flags.refresh(), 'refused: older than 4');
  assert.equal(flags.evaluate('pay-in-two', 'ana').value, true);
  assert.equal(flags.evaluate('pay-in-two', undefined).reason, 'fallback');
});

test('a kill reaches everyone, and a flag without a fallback cannot be read', async () => {
  const w = world();
  const flags = w.open();
  w.answer = snapshot(6, 1, { killed: true });
  w.full = true;
  assert.equal(await flags.refresh(), 'version 6, not saved: disk full');
  assert.deepEqual(flags.evaluate('pay-in-two', 'ana'), { value: false, reason: 'fresh' });
  assert.throws(() => flags.evaluate('pay-in-tow', 'ana'), /no fallback/);
});
