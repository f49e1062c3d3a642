import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advance } from './saga.mjs';

class Crash extends Error {}

// One world: what is stored survives a crash, the process does not.
function createWorld({ refuses, crashAt = Infinity }) {
  const stored = { saga: null, seat: 'held', money: 'none', tickets: 0, captures: 0 };
  const answers = new Map();                     // key -> outcome: repeats have no effect
  let points = 0;
  const maybeCrash = () => {
    points += 1;
    if (points === crashAt) throw new Crash(`at point ${points}`);
  };
  const step = (name, effect) => async (key) => {
    maybeCrash();                                // before the request arrives
    if (!answers.has(key)) {
      const refused = refuses === name;
      if (!refused) effect();
      answers.set(key, refused ? 'refused' : 'done');
    }
    maybeCrash();                                // after the effect, before the answer
    return answers.get(key);
  };
  const set = (change) => () => Object.assign(stored, change);
  const steps = [
    { name: 'lock', run: step('lock', set({ seat: 'paying' })),
      undo: step('free', set({ seat: 'free' })) },
    { name: 'authorize', run: step('authorize', set({ money: 'authorized' })),
      undo: step('void', set({ money: 'none' })) },
    { name: 'capture', pivot: true, run: step('capture', () => {
      Object.assign(stored, { money: 'captured', captures: stored.captures + 1 });
    }) },
    { name: 'issue', run: step('issue', () => { stored.tickets += 1; }) },
    { name: 'sell', run: step('sell', set({ seat: 'sold' })) },
  ];
  const journal = {
    load: () => stored.saga && structuredClone(stored.saga),
    save: (id, saga) => { maybeCrash(); stored.saga = structuredClone(saga); },
  };
  return { stored, steps, journal, points: () => points };
}

async function runToEnd(world) {                 // a supervisor that starts it again
  for (let starts = 1; starts < 10; starts += 1) {
    try {
      return { state: await advance('order_812', world.steps, world.journal), starts };
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
  throw new Error('never came to an end');
}

async function everyCrash(refuses) {             // the same order, crashing at each point
  const calm = createWorld({ refuses });
  const { state } = await runToEnd(calm);
  for (let crashAt = 1; crashAt <= calm.points(); crashAt += 1) {
    const world = createWorld({ refuses, crashAt });
    const after = await runToEnd(world);
    assert.equal(after.starts, 2, `crash at ${crashAt}`);
    assert.equal(after.state, state, `crash at ${crashAt}`);
    assert.deepEqual(world.stored, calm.stored, `crash at ${crashAt}`);
  }
  return { ...calm.stored, points: calm.points() };
}

test('sold: one capture, one ticket, wherever it crashes', async () => {
  const { seat, money, captures, tickets, points } = await everyCrash();
  assert.deepEqual({ seat, money, captures, tickets },
    { seat: 'sold', money: 'captured', captures: 1, tickets: 1 });
  assert.equal(points, 16);
});

test('declined: the seat is free and nothing was charged, wherever it crashes', async () => {
  const { seat, money, captures, tickets } = await everyCrash('authorize');
  assert.deepEqual({ seat, money, captures, tickets },
    { seat: 'free', money: 'none', captures: 0, tickets: 0 });
});

test('capture refused: the authorization is voided before the seat is freed', async () => {
  const { seat, money, captures } = await everyCrash('capture');
  assert.deepEqual({ seat, money, captures }, { seat: 'free', money: 'none', captures: 0 });
});

test('behind the pivot a refusal is a fault to be reported, not undone', async () => {
  const world = createWorld({ refuses: 'issue' });
  await assert.rejects(runToEnd(world), /issue refused behind the pivot/);
  assert.equal(world.stored.money, 'captured');
});
