import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDeadMansSwitch, createWatch } from './watch.mjs';

const MIN = 60_000;
function setup(options = {}) {
  let t = 0;
  const told = [];
  const watch = createWatch({ now: () => t, notify: (n) => told.push(n), ...options });
  const counters = { bad: 0, all: 0 };
  watch.scrape('a', counters);
  function minute({ good = 0, bad = 0, scraped = true, probe } = {}) {
    counters.bad += bad;
    counters.all += good + bad;
    if (scraped) watch.scrape('a', counters);
    if (probe !== undefined) watch.probe(probe);
    t += MIN;
    return watch.tick();
  }
  function restart() { counters.bad = 0; counters.all = 0; }
  return { minute, restart, told, names: () => told.map((n) => n.name) };
}

test('a total outage tells once, ends, and the next one tells again', () => {
  const { minute, names } = setup();
  for (let i = 0; i < 360; i += 1) minute({ good: 100 });
  for (let i = 0; i < 10; i += 1) minute({ bad: 100 });
  assert.deepEqual(names(), ['page-fast']);
  let open;
  for (let i = 0; i < 10; i += 1) open = minute({ good: 100 });
  assert.deepEqual(open.sort(), ['page-slow', 'ticket']);      // held back, still open
  minute({ bad: 100 });
  assert.deepEqual(names(), ['page-fast', 'page-fast']);
  for (let i = 0; i < 400; i += 1) open = minute({ good: 100 });
  assert.deepEqual(open, []);
});
test('one failure at night tells nobody; ten do', () => {
  const { minute, names } = setup();
  for (let i = 0; i < 60; i += 1) minute({ good: 1 });
  for (let i = 0; i < 9; i += 1) minute({ bad: 1 });
  assert.deepEqual(names(), []);
  minute({ bad: 1 });
  assert.deepEqual(names(), ['page-fast']);
});
test('a slow leak makes a ticket and no page', () => {
  const { minute, told } = setup();
  for (let i = 0; i < 60; i += 1) minute({ good: 9_985, bad: 15 });
  assert.deepEqual(told.map(({ to, name }) => [to, name]), [['ticket', 'ticket']]);
});
test('a restart is neither a failure nor a silence', () => {
  const { minute, restart, told, names } = setup();
  for (let i = 0; i < 60; i += 1) minute({ good: 100 });
  restart();
  minute({ good: 40 });
  assert.deepEqual(names(), []);
  minute({ bad: 100 });
  assert.deepEqual([told[0].bad, told[0].all], [100, 58 * 100 + 40 + 100]);
});
test('no reading is silence; readings without requests are nobody', () => {
  const blind = setup();
  blind.minute({ good: 10 });
  for (let i = 0; i < 4; i += 1) blind.minute({ scraped: false });
  assert.deepEqual(blind.names(), ['silence']);
  const night = setup();
  for (let i = 0; i < 30; i += 1) night.minute();
  assert.deepEqual(night.names(), []);
  const sale = setup({ nobodyMs: 3 * MIN });
  for (let i = 0; i < 4; i += 1) sale.minute();
  assert.deepEqual(sale.names(), ['nobody']);
});
test('three lost probes in a row page, and count as nobody\'s request', () => {
  const { minute, told } = setup();
  for (const probe of [false, false, true, false, false]) minute({ good: 1, probe });
  assert.deepEqual(told, []);
  minute({ good: 1, probe: false });
  assert.deepEqual(told, [{ to: 'page', name: 'probe', at: 6 * MIN, lost: 3 }]);
});
test('the switch elsewhere calls once when the watch falls silent', () => {
  let t = 0;
  const calls = [];
  const dead = createDeadMansSwitch({ now: () => t, call: (c) => calls.push(c) });
  for (let i = 0; i < 4; i += 1) { t += MIN; dead.beat(); dead.check(); }
  for (let i = 0; i < 10; i += 1) { t += MIN; dead.check(); }
  assert.deepEqual(calls, [{ silentFor: 6 * MIN }]);
  dead.beat();
  t += 6 * MIN;
  dead.check();
  assert.equal(calls.length, 2);
});
