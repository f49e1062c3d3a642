import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BOUND_MS, createSeatMap, Unavailable } from './seat-map.mjs';

function setup() {
  const world = { t: 0, loads: 0, down: false, pending: [], manual: false,
    shows: new Map([['s1', { A12: 'free' }]]), holds: new Map() };
  const map = createSeatMap({
    now: () => world.t,
    holdsOf: async (customer) => world.holds.get(customer) ?? [],
    loadSeats: async (showId) => {
      world.loads += 1;
      const seats = world.shows.has(showId) ? { ...world.shows.get(showId) } : null;
      if (world.manual) await new Promise((resolve) => { world.pending.push(resolve); });
      if (world.down) throw new Error('connection refused');
      return seats;
    },
  });
  const settle = () => new Promise((resolve) => { setImmediate(resolve); });
  return { world, map, settle };
}

test('4,000 requests in a second cost two loads', async () => {
  const { world, map, settle } = setup();
  for (let i = 0; i < 4_000; i += 1) {
    world.t = i / 4;
    await map.get('s1', 'ana');
    if (i % 100 === 0) await settle();
  }
  assert.equal(world.loads, 2);
});

test('no answer is older than the bound, counted from the question', async () => {
  const { world, map, settle } = setup();
  let oldest = 0;
  for (world.t = 0; world.t < 20_000; world.t += 37) {
    world.shows.set('s1', { A12: `seen at ${world.t}` });
    const { asOf } = await map.get('s1', 'ana');
    oldest = Math.max(oldest, world.t - asOf);
    await settle();
  }
  assert.ok(oldest > 700 && oldest < BOUND_MS, String(oldest));
});

test('a hold shortens the life of the map, also of one still being loaded', async () => {
  const { world, map, settle } = setup();
  world.manual = true;
  const early = map.get('s1', 'ben');            // reads the map with A12 free
  await settle();
  world.shows.set('s1', { A12: 'held' });        // committed
  map.changed('s1');
  world.t = 80;
  world.pending.shift()();                       // the old map arrives after the hold
  assert.equal((await early).seats.A12, 'free');
  world.t = 199;
  assert.equal((await map.get('s1', 'ana')).seats.A12, 'free');
  assert.equal(world.loads, 1);
  world.t = 200;                                 // not 700: it is asked for anew
  await map.get('s1', 'ana');
  await settle();
  assert.equal(world.loads, 2);
  world.pending.shift()();
  await settle();
  assert.equal((await map.get('s1', 'cho')).seats.A12, 'held');
});

test('200 holds in a second do not switch the cache off', async () => {
  const { world, map, settle } = setup();
  world.manual = true;
  const due = [];                                // a load takes 80 ms
  let [waiting, oldest] = [0, 0];
  const ask = async () => {
    const asked = world.t;
    const { asOf } = await map.get('s1', 'ana');
    if (world.t > asked) waiting += 1;
    else oldest = Math.max(oldest, asked - asOf);
  };
  for (world.t = 0; world.t < 1_080; world.t += 1) {
    while (due[0]?.at === world.t) due.shift().arrive();
    await settle();
    if (world.t % 5 === 0) map.changed('s1');
    for (let i = 0; i < 4; i += 1) ask();
    await settle();
    for (const arrive of world.pending.splice(0)) due.push({ at: world.t + 80, arrive });
  }
  assert.ok(world.loads <= 6, `${world.loads} loads`);
  assert.equal(waiting, 320);                    // in the first 80 ms, without a map
  assert.ok(oldest < 300, `${oldest} ms`);
});

test('an unknown show is remembered, and found once it is there', async () => {
  const { world, map, settle } = setup();
  for (let i = 0; i < 500; i += 1) assert.equal((await map.get('s9', 'ana')).status, 404);
  assert.equal(world.loads, 1);
  world.shows.set('s9', { B1: 'free' });
  world.t = BOUND_MS;
  await settle();
  assert.equal((await map.get('s9', 'ana')).status, 200);
});

test('names of shows that do not exist fill no memory and push out no map', async () => {
  const { world, map } = setup();
  await map.get('s1', 'ana');
  for (let i = 0; i < 5_000; i += 1) await map.get(`nothing-${i}`, 'eve');
  assert.equal(map.size, 1_001);
  const { loads } = world;
  await map.get('s1', 'ana');
  assert.equal(world.loads, loads);
});

test('what belongs to one customer never reaches another', async () => {
  const { world, map } = setup();
  world.holds.set('ana', ['A12']);
  const ana = await map.get('s1', 'ana');
  const ben = await map.get('s1', 'ben');
  assert.deepEqual(ana.yours, ['A12']);
  assert.deepEqual(ben.yours, []);
  assert.equal(JSON.stringify(ana.seats), JSON.stringify(ben.seats));
  assert.equal(world.loads, 1);
});

test('without its database it answers for ten seconds, marked', async () => {
  const { world, map } = setup();
  await map.get('s1', 'ana');
  map.changed('s1');                             // a hold just before does not take it away
  world.down = true;
  world.t = 9_999;
  const { degraded, asOf } = await map.get('s1', 'ana');
  assert.deepEqual([degraded, asOf], [true, 0]);
  world.t = 10_000;
  await assert.rejects(map.get('s1', 'ana'), Unavailable);
  world.down = false;
  assert.equal((await map.get('s1', 'ana')).degraded, false);
});
