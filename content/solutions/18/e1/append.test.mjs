import { test } from 'node:test';
import assert from 'node:assert/strict';

class WrongVersion extends Error {}
class CommandReused extends Error {}

function createLedger() {
  const streams = new Map();                     // stream -> events
  const done = new Map();                        // command id -> what it asked, what it got

  function append(stream, expected, facts, commandId) {
    const wish = JSON.stringify([stream, facts]);
    const before = done.get(commandId);
    if (before) {                                // first of all: is this a repeat?
      if (before.wish !== wish) throw new CommandReused(commandId);
      return before.answer;
    }
    const events = streams.get(stream) ?? [];
    if (events.length !== expected) {
      throw new WrongVersion(`${stream} is at ${events.length}, not ${expected}`);
    }
    if (facts.length === 0) throw new RangeError('nothing to append');
    if (!facts.every(({ type }) => typeof type === 'string')) throw new TypeError('no type');
    const added = facts.map((fact, i) =>
      Object.freeze({ ...fact, version: expected + i + 1 }));
    streams.set(stream, [...events, ...added]);  // all of them, or none
    const answer = { from: expected + 1, to: expected + added.length };
    done.set(commandId, { wish, answer });       // in a database: the same transaction
    return answer;
  }
  return { append, read: (stream) => streams.get(stream) ?? [] };
}

const placed = { type: 'placed' };
const paid = { type: 'paid', amount: 4_500 };

test('an append at the expected version is numbered on', () => {
  const { append, read } = createLedger();
  assert.deepEqual(append('o1', 0, [placed, paid], 'c1'), { from: 1, to: 2 });
  assert.deepEqual(read('o1').map(({ version }) => version), [1, 2]);
});

test('of two appends at one version the second is refused', () => {
  const { append, read } = createLedger();
  append('o1', 0, [placed], 'c1');
  append('o1', 1, [paid], 'c2');
  assert.throws(() => append('o1', 1, [paid], 'c3'), WrongVersion);
  assert.equal(read('o1').length, 2);
});

test('a repeat gets the first answer, although the stream has moved on', () => {
  const { append, read } = createLedger();
  const first = append('o1', 0, [placed], 'c1');
  append('o1', 1, [paid], 'c2');
  assert.deepEqual(append('o1', 0, [placed], 'c1'), first);
  assert.equal(read('o1').length, 2);
});

test('one command ID for two wishes is refused', () => {
  const { append } = createLedger();
  append('o1', 0, [placed], 'c1');
  assert.throws(() => append('o1', 1, [paid], 'c1'), CommandReused);
});

test('several facts are appended together or not at all', () => {
  const { append, read } = createLedger();
  assert.throws(() => append('o1', 0, [placed, { amount: 1 }], 'c1'), TypeError);
  assert.equal(read('o1').length, 0);
  assert.deepEqual(append('o1', 0, [placed], 'c1'), { from: 1, to: 1 });
});

test('streams do not disturb each other', () => {
  const { append } = createLedger();
  append('o1', 0, [placed], 'c1');
  assert.deepEqual(append('o2', 0, [placed], 'c2'), { from: 1, to: 1 });
});
