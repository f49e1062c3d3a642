import { test } from 'node:test';
import assert from 'node:assert/strict';

async function before({ body, user, db, clock, newId }) {  // the handler as it was
  const hold = db.get(body.holdId);
  if (!hold) return { status: 404 };
  if (hold.owner !== user) return { status: 404 };
  if (hold.orderId) return { status: 200, orderId: hold.orderId };
  if (clock() > hold.until) return { status: 409 };
  let total = hold.seats.length * hold.price;
  if (hold.seats.length >= 4) total = Math.round(total * 0.95);
  hold.orderId = newId();
  hold.total = total;
  db.set(body.holdId, hold);
  return { status: 201, orderId: hold.orderId, total };
}

// The rules: no store, no clock, no HTTP. The policy is data.
const policy = { groupSeats: 4, groupPercentOff: 5 };
const no = (reason) => ({ ok: false, reason, events: [] });

function priceOf(hold) {
  const full = hold.seats.length * hold.price;
  const off = hold.seats.length >= policy.groupSeats ? policy.groupPercentOff : 0;
  return Math.floor((full * (100 - off) + 50) / 100);          // half up, in whole cents
}

function decide(hold, { by, orderId }, now) {
  if (!hold) return no('no-hold');
  if (hold.owner !== by) return no('not-yours');
  if (hold.orderId) return { ok: true, events: [] };
  if (now >= hold.until) return no('expired');   // [start, until): at 300 s it is over
  return { ok: true, events: [{ type: 'ordered', orderId, total: priceOf(hold) }] };
}
const evolve = (hold, { type, ...facts }) => ({ ...hold, ...facts });

// The handler: translates, loads, stores. No word about seats, prices, or time limits.
const STATUS = { 'no-hold': 404, 'not-yours': 404, 'expired': 409 };
async function after({ body, user, db, clock, newId }) {
  const hold = db.get(body.holdId);
  const answer = decide(hold, { by: user, orderId: newId() }, clock());
  if (!answer.ok) return { status: STATUS[answer.reason] };
  if (answer.events.length === 0) return { status: 200, orderId: hold.orderId };
  const next = answer.events.reduce(evolve, hold);
  db.set(body.holdId, next);
  return { status: 201, orderId: next.orderId, total: next.total };
}

const world = ({ exists, ordered, seats }) => new Map(exists ? [['h1', { owner: 'ana',
  until: 300_000, seats: Array.from({ length: seats }, (_, i) => `A${i + 1}`),
  price: 3_333, ...(ordered && { orderId: 'o0' }) }]] : []);

const cases = [];
for (const exists of [true, false]) {
  for (const ordered of [true, false]) {
    for (const seats of [1, 3, 4]) {
      for (const user of ['ana', 'ben']) {
        for (const time of [0, 299_999, 300_000, 300_001]) {
          cases.push({ exists, ordered, seats, user, time });
        }
      }
    }
  }
}

const ask = (handler, c) => handler({ body: { holdId: 'h1' }, user: c.user, db: world(c),
  clock: () => c.time, newId: () => 'o1' });

test('96 cases: equal, except where the old handler sold an expired hold', async () => {
  assert.equal(cases.length, 96);
  const different = [];
  for (const c of cases) {
    const [old, now] = [await ask(before, c), await ask(after, c)];
    if (JSON.stringify(old) !== JSON.stringify(now)) different.push({ ...c, old, now });
  }
  assert.equal(different.length, 3);             // one for each number of seats
  for (const { time, old, now } of different) {
    assert.deepEqual([time, old.status, now.status], [300_000, 201, 409]);
  }
});

test('the rules need no store, no clock, and no HTTP', () => {
  const hold = world({ exists: true, seats: 4 }).get('h1');
  const { events } = decide(Object.freeze(hold), { by: 'ana', orderId: 'o1' }, 0);
  assert.deepEqual(events, [{ type: 'ordered', orderId: 'o1', total: 12_665 }]);
});

test('a refusal changes nothing', async () => {
  const c = { exists: true, seats: 1, user: 'ben', time: 0 };
  const db = world(c);
  const copy = structuredClone(db);
  await after({ body: { holdId: 'h1' }, user: c.user, db, clock: () => c.time,
    newId: () => 'o1' });
  assert.deepEqual(db, copy);
});
