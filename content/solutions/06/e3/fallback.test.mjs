import { test } from 'node:test';
import assert from 'node:assert/strict';

function bucket(capacity, periodMs, now) {
  const full = capacity * periodMs;
  let [level, at] = [full, now()];
  return () => {
    level = Math.min(full, level + now() - at);
    at = now();
    if (level < periodMs) return false;
    level -= periodMs;
    return true;
  };
}

function quota({ shared, local, now, pauseMs = 1_000 }) {
  let silentUntil = 0;
  const stats = { asked: 0, fallbacks: 0 };
  const check = () => {
    if (now() >= silentUntil) {
      stats.asked += 1;
      try {
        return shared();
      } catch {
        silentUntil = now() + pauseMs;           // do not pay the timeout on every request
      }
    }
    stats.fallbacks += 1;
    return local();
  };
  return { check, stats };
}

function setup() {
  const world = { t: 0, up: true };
  const now = () => world.t;
  const central = bucket(30, 2_000, now);
  const shared = () => {
    if (!world.up) throw new Error('counter store unreachable');
    return central();
  };
  const local = bucket(10, 6_000, now);          // a third of the quota: three instances
  return { world, ...quota({ shared, local, now }) };
}

test('with the store up, the shared quota decides', () => {
  const { check, stats } = setup();
  const admitted = Array.from({ length: 40 }, check).filter(Boolean).length;
  assert.equal(admitted, 30);
  assert.equal(stats.fallbacks, 0);
});

test('with the store down, customers pass up to the local share', () => {
  const { world, check } = setup();
  world.up = false;
  const admitted = Array.from({ length: 40 }, check).filter(Boolean).length;
  assert.equal(admitted, 10);
});

test('a dead store is asked once a second, not once a request', () => {
  const { world, check, stats } = setup();
  world.up = false;
  for (world.t = 0; world.t < 40_000; world.t += 100) check();
  assert.equal(stats.asked, 40);
  assert.equal(stats.fallbacks, 400);
});

test('when the store returns, it decides again within a second', () => {
  const { world, check, stats } = setup();
  world.up = false;
  check();
  world.up = true;
  world.t = 1_000;
  check();
  assert.equal(stats.fallbacks, 1);
  assert.equal(stats.asked, 2);
});
