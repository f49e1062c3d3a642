import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createWatchlist } from './watch.mjs';

const seeded = (state) => () => {
  state = (state + 0x6d2b79f5) | 0;
  let x = Math.imul(state ^ (state >>> 15), 1 | state);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
};
const merged = (...states) => {
  const list = createWatchlist('reader');
  states.forEach((state) => list.merge(state));
  return list.shows();
};
const threeDevices = (seed) => {                 // with exchanges in the middle of changes
  const random = seeded(seed);
  const lists = ['phone', 'laptop', 'tablet'].map(createWatchlist);
  for (let i = 0; i < 40; i += 1) {
    const list = lists[Math.floor(random() * 3)];
    const show = `show${Math.floor(random() * 5)}`;
    const act = random();
    if (act < 0.5) list.add(show);
    else if (act < 0.8) list.remove(show);
    else list.merge(lists[Math.floor(random() * 3)].state());
  }
  return lists.map((list) => list.state());
};

test('order, grouping and repeats of merges make no difference', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const [a, b, c] = threeDevices(seed);
    const expected = merged(a, b, c);
    assert.deepEqual(merged(c, a, b), expected);
    assert.deepEqual(merged(b, c, a), expected);
    assert.deepEqual(merged(a, a, b, c, b, c), expected);
    const pair = createWatchlist('pair');
    pair.merge(b);
    pair.merge(c);
    assert.deepEqual(merged(pair.state(), a), expected);
  }
});
test('a removal takes what it has seen', () => {
  const [phone, laptop] = [createWatchlist('phone'), createWatchlist('laptop')];
  phone.add('jazz');
  laptop.merge(phone.state());
  laptop.remove('jazz');
  phone.merge(laptop.state());
  assert.deepEqual(phone.shows(), []);
});
test('an addition that it has not seen survives', () => {
  const [phone, laptop] = [createWatchlist('phone'), createWatchlist('laptop')];
  phone.add('jazz');
  laptop.merge(phone.state());
  laptop.remove('jazz');
  phone.add('jazz');                             // at the same time, on the phone
  phone.merge(laptop.state());
  laptop.merge(phone.state());
  assert.deepEqual(phone.shows(), ['jazz']);
  assert.deepEqual(laptop.shows(), ['jazz']);
});
test('a removed show can be added again', () => {
  const phone = createWatchlist('phone');
  phone.add('jazz');
  phone.remove('jazz');
  phone.add('jazz');
  assert.deepEqual(phone.shows(), ['jazz']);
});
