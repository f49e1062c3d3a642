import { test } from 'node:test';
import assert from 'node:assert/strict';

const MONTH_MIN = 30 * 24 * 60;
const serial = (parts) => parts.reduce((product, share) => product * share, 1);
const redundant = (share, copies) => 1 - (1 - share) ** copies;
const minutesLost = (share) => (1 - share) * MONTH_MIN;
const near = (actual, expected) =>
  assert.ok(Math.abs(actual - expected) < 5e-6, `${actual}`);

const path = { proxy: 0.999, api: 0.9995, service: 0.9995, data: 0.998, infra: 0.9999 };

test('five parts of 99.9% in series give 99.501%', () => {
  near(serial(Array(5).fill(0.999)), 0.99501);
});

test('the path as drawn loses about 177 minutes in 30 days', () => {
  near(serial(Object.values(path)), 0.995905);
  assert.equal(Math.round(minutesLost(serial(Object.values(path)))), 177);
});

test('doubling the weakest part helps most, yet misses 99.9%', () => {
  const doubled = Object.keys(path).map((name) => {
    const share = serial(Object.values({ ...path, [name]: redundant(path[name], 2) }));
    return { name, share };
  });
  doubled.sort((a, b) => b.share - a.share);
  assert.equal(doubled[0].name, 'data');
  assert.ok(doubled[0].share < 0.999);
});

test('doubling every part except infra reaches 99.9%', () => {
  const { infra, ...rest } = path;
  const share = serial([infra, ...Object.values(rest).map((a) => redundant(a, 2))]);
  assert.ok(share > 0.999);
});
