import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTailSampler } from './tail.mjs';

function setup(options = {}) {
  let t = 0;
  const written = [];
  const sampler = createTailSampler({ now: () => t, write: (s) => written.push(s.name),
    keep: (spans) => spans.some(({ error }) => error), waitMs: 100, maxTraces: 3, ...options });
  const at = (ms, traceId, name, error = false) => {
    t = ms;
    sampler.add({ traceId, name, error });
  };
  const end = (ms) => { t = ms; sampler.sweep(); };
  return { at, end, written, signals: sampler.signals };
}

test('an error in the last span keeps the whole trace', () => {
  const { at, end, written } = setup();
  at(0, 'a', 'root');
  at(90, 'a', 'charge', true);
  end(100);
  assert.deepEqual(written, ['root', 'charge']);
});
test('nothing is decided before its time', () => {
  const { at, end, written, signals } = setup();
  at(0, 'a', 'root', true);
  end(99);
  assert.deepEqual([written.length, signals().held], [0, 1]);
});
test('a late span follows the decision, and is counted', () => {
  const { at, end, written, signals } = setup();
  at(0, 'a', 'root', true);
  at(0, 'b', 'root of b');
  end(100);
  at(150, 'a', 'late');
  at(150, 'b', 'late error of b', true);
  assert.deepEqual(written, ['root', 'late']);
  assert.equal(signals().late, 2);
});
test('memory is bounded: the oldest goes undecided, and is counted', () => {
  const { at, end, written, signals } = setup();
  at(0, 'a', 'fails later', true);
  for (const [i, id] of ['b', 'c', 'd'].entries()) at(i + 1, id, id);
  end(200);
  assert.deepEqual(written, []);
  assert.deepEqual(signals(), { kept: 0, dropped: 3, evicted: 1, late: 0, held: 0 });
});
test('spans of an evicted trace do not begin a second one', () => {
  const { at, end, written, signals } = setup({ maxTraces: 1 });
  at(0, 'a', 'root');
  at(1, 'b', 'root of b');
  at(2, 'a', 'charge', true);
  end(200);
  assert.deepEqual(written, []);
  assert.equal(signals().late, 1);
});
