import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createDraw } from './draw.mjs';

const seed = 'test-seed-0123456789abcdef';
function setup(risk = async () => 10) {
  const clock = { t: 100 };
  const draw = createDraw({ now: () => clock.t, opens: 100, closes: 200, seed, risk });
  return { clock, draw };
}

test('one entry a card, also when two accounts enter at once', async () => {
  const { draw } = setup();
  const both = await Promise.all([draw.enter({ account: 'a', card: 'c1' }),
    draw.enter({ account: 'b', card: 'c1' })]);
  assert.deepEqual(both.map((r) => r.ok), [true, false]);
});

test('the window is half open', async () => {
  const { draw, clock } = setup();
  clock.t = 199;
  assert.equal((await draw.enter({ account: 'a', card: 'c1' })).ok, true);
  clock.t = 200;
  assert.equal((await draw.enter({ account: 'b', card: 'c2' })).reason, 'closed');
});

test('arrival does not matter, and the seed fixes the order', async () => {
  const cards = ['c1', 'c2', 'c3', 'c4', 'c5'];
  const [one, two] = [setup().draw, setup().draw];
  for (const card of cards) await one.enter({ account: card, card });
  for (const card of cards.toReversed()) await two.enter({ account: card, card });
  assert.deepEqual(one.order(), two.order());
  assert.equal(one.commitment, createHash('sha256').update(seed).digest('hex'));
});

test('no verdict admits nobody and drops nobody', async () => {
  const down = async () => { throw new Error('down'); };
  for (const risk of [down, async () => undefined, async () => NaN, async () => 95]) {
    const { draw } = setup(risk);
    assert.deepEqual(await draw.enter({ account: 'a', card: 'c1' }),
      { ok: true, state: 'review' });
    assert.deepEqual(draw.order(), []);
  }
});

test('a person can clear an entry, and it is recorded', async () => {
  const { draw } = setup(async () => 95);
  const asked = draw.enter({ account: 'a', card: 'c1' });
  assert.equal(draw.clear('c1', 'salma', 'too early'), false); // no verdict yet
  await asked;
  assert.equal(draw.clear('c1', 'salma', 'called back'), true);
  assert.deepEqual(draw.order(), ['c1']);
  assert.equal(draw.audit.at(-1).by, 'salma');
});

test('four seats a card, over all its orders', async () => {
  const { draw } = setup();
  await draw.enter({ account: 'a', card: 'c1' });
  assert.equal(draw.buy('c1', 3).ok, true);
  assert.equal(draw.buy('c1', 2).reason, 'limit');
  assert.equal(draw.buy('c1', -3).reason, 'seats');
  assert.equal(draw.buy('c9', 1).reason, 'not-drawn');
});
