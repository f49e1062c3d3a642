import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDirectory, createRouter, createShard, move, Moving } from './shards.mjs';

function setup() {
  const shards = new Map(['a', 'b'].map((name) => [name, createShard(name)]));
  const directory = createDirectory();
  for (const show of ['s1', 's2']) shards.get('a').own(show, directory.assign(show, 'a'));
  return { a: shards.get('a'), b: shards.get('b'), directory, shards,
    router: createRouter(directory, shards) };
}
const finish = (steps) => { while (!steps.next().done); };

test('holds placed during the copy arrive, and no seat has two owners', () => {
  const { a, b, directory, router } = setup();
  router.hold('s1', 'A1', 'ana');
  const steps = move('s1', a, b, directory);
  steps.next();                                  // copied
  router.hold('s1', 'A2', 'ben');
  steps.next();                                  // caught up
  router.hold('s1', 'A3', 'chika');
  finish(steps);
  for (const seat of ['A1', 'A2', 'A3']) {
    assert.equal(router.hold('s1', seat, 'dario').ok, false, seat);
  }
  assert.equal(b.count('s1'), 3);
  assert.equal(a.count('s1'), 0);
});

test('holds are refused only while the show is frozen', () => {
  const { a, b, directory, router } = setup();
  const steps = move('s1', a, b, directory);
  const seen = [];
  const outcome = () => {
    try { return router.hold('s1', `B${seen.length}`, 'ana').ok; } catch (error) {
      return error instanceof Moving ? 'moving' : error;
    }
  };
  for (const _ of [1, 2, 3]) { steps.next(); seen.push(outcome()); }
  finish(steps);
  seen.push(outcome());
  assert.deepEqual(seen, [true, true, 'moving', true]);
});

test('another show on the same shard notices nothing', () => {
  const { a, b, directory, router } = setup();
  const steps = move('s1', a, b, directory);
  steps.next(); steps.next(); steps.next();      // s1 is frozen
  assert.equal(router.hold('s2', 'A1', 'ana').ok, true);
});

test('an old router is corrected by one lookup', () => {
  const { a, b, directory, router } = setup();
  router.hold('s1', 'A1', 'ana');
  finish(move('s1', a, b, directory));
  const before = directory.lookups;
  router.hold('s1', 'A2', 'ben');
  router.hold('s1', 'A3', 'ben');
  assert.equal(directory.lookups - before, 1);
});

test('an aborted move leaves the old shard selling', () => {
  const { a, b, directory, router } = setup();
  const steps = move('s1', a, b, directory);
  steps.next(); steps.next(); steps.next();
  assert.throws(() => steps.throw(new Error('the new shard is gone')));
  assert.equal(router.hold('s1', 'A1', 'ana').ok, true);
  assert.equal(directory.find('s1').shard, 'a');
  assert.equal(b.count('s1'), 0);
});

test('a move that is abandoned, or leads nowhere, leaves the old shard selling', () => {
  const { a, b, directory, router } = setup();
  const steps = move('s1', a, b, directory);
  steps.next(); steps.next(); steps.next();      // frozen
  steps.return();
  assert.equal(router.hold('s1', 'A1', 'ana').ok, true);
  assert.throws(() => finish(move('s1', a, a, directory)));
  assert.equal(router.hold('s1', 'A1', 'ben').heldBy, 'ana');
});

test('of two moves at once one is refused, and no hold is lost', () => {
  const { a, b, directory, shards, router } = setup();
  shards.set('c', createShard('c'));
  router.hold('s1', 'A1', 'ana');
  const first = move('s1', a, b, directory);
  const second = move('s1', a, shards.get('c'), directory);
  first.next(); second.next();
  finish(first);
  assert.throws(() => finish(second));
  assert.equal(router.hold('s1', 'A1', 'ben').ok, false);
  assert.equal(directory.find('s1').shard, 'b');
});

test('a show moves there and back', () => {
  const { a, b, directory, router } = setup();
  router.hold('s1', 'A1', 'ana');
  finish(move('s1', a, b, directory));
  finish(move('s1', b, a, directory));
  assert.equal(router.hold('s1', 'A1', 'ben').heldBy, 'ana');
  assert.equal(directory.find('s1').epoch, 3);
});
