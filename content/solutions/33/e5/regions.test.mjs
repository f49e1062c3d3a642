import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createRegions } from './regions.mjs';

const setup = () => {
  const world = createRegions(['eu', 'us']);
  world.open('berlin', 'eu');
  world.open('seattle', 'us');
  return { world, ...world.regions };
};
test('a customer far away buys at the home', () => {
  const { us } = setup();
  assert.deepEqual(us.sell('berlin', 'A12', 'ana'), { ok: true, home: 'eu' });
  assert.deepEqual(us.sell('berlin', 'A12', 'ben'), { ok: false, why: 'taken' });
});
test('during a cut each region sells its own shows and refuses the others', () => {
  const { world, eu, us } = setup();
  world.cut(true);
  assert.equal(eu.sell('berlin', 'A1', 'ana').ok, true);
  assert.equal(us.sell('seattle', 'A1', 'ben').ok, true);
  assert.deepEqual(us.sell('berlin', 'A1', 'cy'), { ok: false, why: 'home away' });
  world.cut(false);
  assert.deepEqual(us.sell('berlin', 'A1', 'cy'), { ok: false, why: 'taken' });
});
test('a home moves with its sales', () => {
  const { world, eu, us } = setup();
  eu.sell('berlin', 'A1', 'ana');
  assert.deepEqual(world.move('berlin', 'us'), { ok: true, number: 2 });
  assert.deepEqual(us.sell('berlin', 'A1', 'ben'), { ok: false, why: 'taken' });
  assert.deepEqual(us.sell('berlin', 'A2', 'ben'), { ok: true, home: 'us' });
});
test('a region that has not heard of the move sells nothing', () => {
  const { world, eu, us } = setup();
  world.move('berlin', 'us', ['us']);
  assert.equal(us.sell('berlin', 'A1', 'ben').ok, true);
  assert.deepEqual(eu.sell('berlin', 'A1', 'ana'), { ok: false, why: 'not the home' });
});
test('a home that went away and came back has a new number', () => {
  const { world, eu, us } = setup();
  world.move('berlin', 'us', []);
  world.move('berlin', 'eu', ['eu']);
  assert.equal(eu.sell('berlin', 'A1', 'ana').ok, true);
  assert.deepEqual(us.sell('berlin', 'A2', 'ben'), { ok: false, why: 'moved' });
});
test('nobody takes a home away during a cut', () => {
  const { world, eu } = setup();
  world.cut(true);
  assert.deepEqual(world.move('berlin', 'us'), { ok: false, why: 'home away' });
  assert.equal(eu.sell('berlin', 'A1', 'ana').ok, true);
});
test('random cuts, moves and sales sell no seat twice', () => {
  let state = 7;
  const random = (n) => { state = (state * 48_271) % 2_147_483_647; return state % n; };
  const { world, eu, us } = setup();
  const sold = new Map();
  let [sales, moves] = [0, 0];
  for (let i = 0; i < 5_000; i += 1) {
    if (random(10) === 0) world.cut(random(2) === 0);
    const to = ['eu', 'us'][random(2)];
    const told = [[], ['eu'], ['us'], ['eu', 'us']][random(4)];
    if (random(20) === 0 && world.move('berlin', to, told).ok) moves += 1;
    const seat = random(400);
    if ([eu, us][random(2)].sell('berlin', seat, i).ok) {
      assert.equal(sold.has(seat), false);
      sold.set(seat, i);
      sales += 1;
    }
  }
  assert.ok(sales > 100 && moves > 20, `${sales} sales, ${moves} moves`);
});
