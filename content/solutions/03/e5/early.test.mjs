import { test } from 'node:test';
import assert from 'node:assert/strict';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);   // RFC 9110, section 9.2.1

// One server instance. `spent` remembers which tickets have carried early data.
const WINDOW_MS = 10_000;
function createInstance({ inventory, spent = new Set(), now = () => 0 }) {
  function handle({ method, seat, customer }) {
    if (method === 'GET') return { status: 200, body: [...inventory.keys()] };
    if (inventory.has(seat)) return { status: 409 };
    inventory.set(seat, customer);
    return { status: 201 };
  }
  return function receive({ request, early }) {
    if (!early) return handle(request);
    if (!SAFE.has(request.method)) return { status: 425 };   // RFC 8470, section 5.2
    const late = Math.abs(now() - early.sentAt) > WINDOW_MS;
    const rejected = late || spent.has(early.ticket);
    if (rejected) return { ...handle(request), rejected, roundTrips: 2 };   // 1-RTT
    spent.add(early.ticket);
    return { ...handle(request), roundTrips: 1 };
  };
}

const read = { method: 'GET' };
const hold = { method: 'POST', seat: 'A12', customer: 'ana' };
const early = { ticket: 't1', sentAt: 0 };

test('a read in early data is answered in one round trip', () => {
  const receive = createInstance({ inventory: new Map() });
  const answer = receive({ request: read, early });
  assert.deepEqual(answer, { status: 200, body: [], roundTrips: 1 });
});

test('a hold in early data is refused with 425 and changes nothing', () => {
  const inventory = new Map();
  const receive = createInstance({ inventory });
  assert.equal(receive({ request: hold, early }).status, 425);
  assert.equal(inventory.size, 0);
  assert.equal(receive({ request: hold }).status, 201);           // after the handshake
});

test('the same ticket carries early data once', () => {
  const receive = createInstance({ inventory: new Map() });
  receive({ request: read, early });
  assert.equal(receive({ request: read, early }).rejected, true);
});

test('a copy that arrives outside the window is not taken as early data', () => {
  const receive = createInstance({ inventory: new Map(), now: () => 10_001 });
  assert.equal(receive({ request: read, early }).rejected, true);
});

test('three instances accept a copy each, unless they share what is spent', () => {
  const accepted = (instances) => instances
    .map((receive) => receive({ request: read, early }))
    .filter(({ roundTrips }) => roundTrips === 1).length;
  const inventory = new Map();
  const spent = new Set();
  assert.equal(accepted([1, 2, 3].map(() => createInstance({ inventory }))), 3);
  assert.equal(accepted([1, 2, 3].map(() => createInstance({ inventory, spent }))), 1);
});
