import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from './review.mjs';

const blame = {
  sentences: [
    'At 20:03 an engineer carelessly turned on the new pricing for everybody.',
    'He should have seen that the console showed production.',
    'Human error was the root cause.',
    'It was obvious that holds were failing.',
  ],
  factors: ['human error'],
  actions: [{ text: 'Be more careful with flags.' }],
};
const learning = {
  sentences: [
    'At 20:03 the flag new-pricing was turned on in production; staging was intended.',
    'The console shows both environments with the same colors and title.',
    'The change reached all instances within a minute; from 20:04 every hold failed.',
    'No rule watched failed holds; the first report came from a promoter at 20:19.',
  ],
  factors: ['same console for two environments', 'a flag may go from 0 to 100% at once', 'no page on failed holds'],
  actions: [
    { text: 'Flags reach one in a hundred requests first.', owner: 'Tomas', due: '2026-12-11', check: 'test: a flag cannot go from 0 to 100%' },
    { text: 'Failed holds page.', owner: 'Yuki', due: '2026-12-18', check: 'rehearsal: all holds refused, a page within 2 min' },
  ],
};

test('the blaming report is marked sentence by sentence', () => {
  assert.deepEqual(inspect(blame).filter((line) => line.startsWith('sentence')), [
    'sentence 1: a verdict', 'sentence 2: another past', 'sentence 3: a person as cause', 'sentence 4: hindsight',
  ]);
});
test('one factor is refused', () => {
  assert.ok(inspect(blame).includes('factors: one cause is a choice, not a finding'));
  assert.equal(inspect({ ...learning, factors: ['flag', 'flag'] }).length, 1);
});
test('an action needs owner, date, and check, and is no wish', () => {
  assert.deepEqual(inspect(blame).filter((line) => line.startsWith('action')), [
    'action 1: no owner, no check, no due', 'action 1: a wish',
  ]);
});
test('a review without actions says so', () => {
  assert.deepEqual(inspect({ ...learning, actions: [] }), ['actions: none']);
});
test('the rewritten report passes and still says what happened, and when', () => {
  assert.deepEqual(inspect(learning), []);
  assert.match(learning.sentences.join(' '), /20:03.*20:04.*20:19/);
});
