import assert from 'node:assert/strict';
import test from 'node:test';
import { apply, createDatabase, drill, restore } from './backup.mjs';

const paid = (seat) => ({ show: 'sh_7', seat, status: 'paid', total: 4_500 });
const check = (orders) => {                      // the invariant: a seat is sold at most once
  const seats = [...orders.values()].map(({ show, seat }) => `${show}/${seat}`);
  return seats.length === new Set(seats).size ? [] : ['a seat is sold twice'];
};
const goal = { rpoMs: 60_000, rtoSeconds: 1_800 };
const speed = { copied: 10, replayed: 2 };       // orders and records a second

function evening({ minutes = 30 } = {}) {        // one order a minute, a base backup at 10
  let t = 0;
  const archive = [];
  const db = createDatabase({ now: () => t, archive });
  let base = db.baseBackup();
  for (let minute = 0; minute < minutes; minute += 1) {
    db.commit([[`order_${minute}`, paid(`A${minute}`)]]);
    t += 60_000;
    db.tick();
    if (minute === 9) base = db.baseBackup();
  }
  return { db, archive, base, now: () => t, pass: (ms) => { t += ms; } };
}

test('a restore stops before the mistake', () => {
  const { db, archive, base, now, pass } = evening();
  db.commit([...db.orders.keys()].map((id) => [id, null]));          // DELETE without WHERE
  pass(60_000);
  db.tick();
  assert.equal(db.orders.size, 0);
  assert.equal(restore({ base, archive, until: now() - 60_000 }).orders.size, 30);
  assert.throws(() => restore({ base, archive, until: base.at }), /younger/);
});

test('a replica repeats the mistake', () => {
  const { db } = evening();
  const replica = new Map(db.orders);
  const mistake = [...db.orders.keys()].map((id) => [id, null]);
  db.commit(mistake);
  apply(replica, mistake);                       // faithfully, and at once
  assert.equal(replica.size, 0);
});

test('what is lost is what was not archived', () => {
  const { db, archive, base } = evening();
  db.commit([['order_last', paid('Z1')]]);       // the disk dies before the segment is shipped
  const { orders } = restore({ base, archive });
  assert.equal(orders.has('order_last'), false);
  assert.equal(orders.size, db.orders.size - 1);
});

test('a drill passes, with evidence', () => {
  const { archive, base, now } = evening();
  const report = drill({ base, archive, now, goal, speed, check });
  assert.deepEqual(report, {
    ok: true, orders: 30, lsn: 30, behindMs: 60_000, seconds: 11, problems: [],
  });
});

test('a missing segment is found by the drill, not by the incident', () => {
  const { archive, base, now } = evening();
  const holed = archive.filter((_, i) => i !== 20);
  const report = drill({ base, archive: holed, now, goal, speed, check });
  assert.deepEqual(report.problems, ['gap: 22 follows 20']);
});

test('an archive that stopped in silence is too far behind', () => {
  const { db, archive, base, now } = evening({ minutes: 90 });
  const stopped = archive.slice(0, 30);          // one order a minute went on being sold
  const report = drill({ base, archive: stopped, now, goal, speed, check });
  assert.equal(db.orders.size - report.orders, 60);
  assert.deepEqual(report.problems, ['behind by 3660000 ms']);
});

test('an old base backup breaks the time, not the data', () => {
  const { archive, now } = evening({ minutes: 5_000 });
  const base = { lsn: 0, at: 0, orders: new Map() };
  const report = drill({ base, archive, now, goal, speed, check });
  assert.equal(report.orders, 5_000);
  assert.deepEqual(report.problems, ['would take 2500 s']);
});
