import { test } from 'node:test';
import assert from 'node:assert/strict';

const DAY_MS = 86_400_000;

function offsetAt(zone, instant) {
  const format = new Intl.DateTimeFormat('en-US',
    { timeZone: zone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(instant).find((p) => p.type === 'timeZoneName').value;
  const [, sign, h, m] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(name);
  return sign ? Number(`${sign}1`) * (60 * h + Number(m)) : 0;
}

function instantsOf(local, zone) {
  const wall = Date.parse(`${local}Z`);
  const nearby = [wall - DAY_MS, wall + DAY_MS].map((at) => offsetAt(zone, at));
  return [...new Set(nearby)].map((minutes) => wall - minutes * 60_000)
    .filter((at) => at + offsetAt(zone, at) * 60_000 === wall)
    .sort((a, b) => a - b);
}

// The policy, stated once: of two instants the earlier; in a gap, the moment it ends.
function resolve(local, zone) {
  const [first] = instantsOf(local, zone);
  if (first !== undefined) return first;
  const wall = Date.parse(`${local}Z`);
  let [before, after] = [wall - DAY_MS, wall + DAY_MS];    // the change lies between them
  const early = offsetAt(zone, before);
  while (after - before > 60_000) {
    const middle = before + Math.floor((after - before) / 120_000) * 60_000;
    if (offsetAt(zone, middle) === early) before = middle;
    else after = middle;
  }
  return after;
}

const dayBefore = (local) =>                     // calendar arithmetic on the digits
  new Date(Date.parse(`${local}Z`) - DAY_MS).toISOString().slice(0, 16);

const remindAt = (local, zone) => resolve(dayBefore(local), zone);

const faulty = (local, zone) => instantsOf(local, zone)[0] - DAY_MS;     // what was there

const iso = (instant) => new Date(instant).toISOString().slice(0, 16);

test('an ordinary day: both agree', () => {
  assert.equal(iso(remindAt('2026-07-12T20:00', 'Europe/Lisbon')), '2026-07-11T19:00');
  assert.equal(faulty('2026-07-12T20:00', 'Europe/Lisbon'),
    remindAt('2026-07-12T20:00', 'Europe/Lisbon'));
});

test('doors on the day the clocks go forward: the faulty one is an hour early', () => {
  const right = remindAt('2026-03-29T19:00', 'Europe/Lisbon');
  assert.equal(iso(right), '2026-03-28T19:00');
  assert.equal(right - faulty('2026-03-29T19:00', 'Europe/Lisbon'), 3_600_000);
});

test('doors on the day the clocks go back: the faulty one is an hour late', () => {
  const right = remindAt('2026-10-25T19:00', 'Europe/Lisbon');
  assert.equal(right - faulty('2026-10-25T19:00', 'Europe/Lisbon'), -3_600_000);
});

test('a reminder that falls into the gap goes out when the gap ends', () => {
  assert.deepEqual(instantsOf('2026-03-29T01:30', 'Europe/Lisbon'), []);
  assert.equal(iso(remindAt('2026-03-30T01:30', 'Europe/Lisbon')), '2026-03-29T01:00');
});

test('a reminder in the repeated hour goes out once, at the earlier instant', () => {
  assert.equal(instantsOf('2026-10-25T01:30', 'Europe/Lisbon').length, 2);
  assert.equal(iso(remindAt('2026-10-26T01:30', 'Europe/Lisbon')), '2026-10-25T00:30');
});

test('half hours exist: a gap of thirty minutes on Lord Howe Island', () => {
  assert.deepEqual(instantsOf('2026-10-04T02:15', 'Australia/Lord_Howe'), []);
  assert.equal(iso(remindAt('2026-10-05T02:15', 'Australia/Lord_Howe')),
    '2026-10-03T15:30');
});
