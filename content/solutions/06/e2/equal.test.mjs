import { test } from 'node:test';
import assert from 'node:assert/strict';

function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let x = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

function tokenBucket(capacity, periodMs) {
  const full = capacity * periodMs;
  let [level, at] = [full, 0];
  return (now) => {
    level = Math.min(full, level + now - at);
    at = now;
    if (level < periodMs) return { ok: false, retryMs: periodMs - level };
    level -= periodMs;
    return { ok: true };
  };
}

function gcra(periodMs, toleranceMs) {
  let tat = 0;
  return (now) => {
    const early = Math.max(tat, now) - now;
    if (early > toleranceMs) return { ok: false, retryMs: early - toleranceMs };
    tat = Math.max(tat, now) + periodMs;
    return { ok: true };
  };
}

for (const [capacity, periodMs] of [[1, 1_000], [10, 1_200], [60, 1_000]]) {
  test(`bucket of ${capacity} and GCRA decide alike 10,000 times`, () => {
    const random = seeded(capacity);
    const toleranceMs = (capacity - 1) * periodMs;
    const pair = [tokenBucket(capacity, periodMs), gcra(periodMs, toleranceMs)];
    for (let i = 0, now = 0; i < 10_000; i += 1) {
      now += Math.floor(random() * 2 * periodMs);
      const [a, b] = pair.map((limiter) => limiter(now));
      assert.deepEqual(a, b, `request ${i} at ${now} ms`);
    }
  });
}

test('whoever waits as told is admitted, and not a millisecond earlier', () => {
  const early = gcra(1_200, 10_800);
  const exact = gcra(1_200, 10_800);
  for (let i = 0; i < 10; i += 1) { assert.ok(early(0).ok); assert.ok(exact(0).ok); }
  const { retryMs } = exact(0);
  assert.equal(early(retryMs - 1).ok, false);
  assert.equal(exact(retryMs).ok, true);
});
