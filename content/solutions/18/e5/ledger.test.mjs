import { test } from 'node:test';
import assert from 'node:assert/strict';

function createLedger() {
  const log = [];
  const length = (stream) => log.filter((event) => event.stream === stream).length;
  function append(stream, expected, ...facts) {
    if (length(stream) !== expected) throw new Error(`${stream} is not at ${expected}`);
    facts.forEach((fact, i) => log.push(Object.freeze(
      { ...fact, stream, version: expected + i + 1, position: log.length + 1 })));
  }
  const readAll = (after, limit = Infinity) => log.slice(after, after + limit);
  return { append, readAll, head: () => log.length };
}

function createView({ initial, on }) {
  let view = { state: initial, checkpoint: 0 };
  return {
    apply(event) {
      if (event.position <= view.checkpoint) return;
      view = { state: on[event.type]?.(view.state, event) ?? view.state,
        checkpoint: event.position };
    },
    read: () => view,
  };
}

const sold = { initial: 0, on: {
  paid: (n, { seats }) => n + seats.length,
  refunded: (n) => n - 1,
} };
const fixed = { initial: 0, on: { ...sold.on, reversed: (n) => n + 1 } };

function createSwitch(ledger, definition) {      // one name for readers, two views behind it
  let blue = createView(definition);
  let green;
  const feed = (view, limit) =>
    ledger.readAll(view.read().checkpoint, limit).forEach((event) => view.apply(event));
  return {
    poll() { feed(blue); },
    rebuild(next) { green = createView(next); },
    step(limit) { feed(green, limit); },
    swap() {                                     // only to a view that is not behind
      if (!green || green.read().checkpoint < blue.read().checkpoint) return false;
      [blue, green] = [green, undefined];
      return true;
    },
    read: () => blue.read(),
  };
}

function createTicketing() {                     // outside: recognizes a repeated key
  const tickets = new Map();
  let calls = 0;
  return {
    issue(key) { calls += 1; tickets.set(key, `ticket for ${key}`); },
    count: () => ({ calls, tickets: tickets.size }),
  };
}

function createIssuer(ledger, ticketing, startAfter = 0) { // a process manager, no view
  let checkpoint = startAfter;
  return {
    poll({ dieAfterCall = false } = {}) {
      for (const event of ledger.readAll(checkpoint)) {
        if (event.type === 'paid') {
          ticketing.issue(`${event.stream}/${event.version}`);     // the same after a crash
          if (dieAfterCall) return;              // the checkpoint is not moved
        }
        checkpoint = event.position;
      }
    },
  };
}

const season = (ledger, from, to) => {
  for (let i = from; i < to; i += 1) {
    ledger.append(`o${i}`, 0, { type: 'placed' }, { type: 'paid', seats: ['A', 'B'] });
    if (i % 2) ledger.append(`o${i}`, 2, { type: 'refunded' });
    if (i % 4 === 1) ledger.append(`o${i}`, 3, { type: 'reversed' });
  }
};

test('readers see the old view until the new one has caught up', () => {
  const ledger = createLedger();
  season(ledger, 0, 40);
  const view = createSwitch(ledger, sold);
  view.poll();
  const before = view.read().state;
  view.rebuild(fixed);
  view.step(30);
  assert.equal(view.swap(), false);
  assert.equal(view.read().state, before);
});

test('the swap loses nothing that was sold meanwhile', () => {
  const ledger = createLedger();
  season(ledger, 0, 40);
  const view = createSwitch(ledger, sold);
  view.poll();
  view.rebuild(fixed);
  view.step(50);
  season(ledger, 40, 60);
  view.poll();
  while (!view.swap()) view.step(50);
  assert.deepEqual(view.read(), { state: 60 * 2 - 30 + 15, checkpoint: ledger.head() });
});

test('a rebuild issues no ticket', () => {
  const ledger = createLedger();
  const ticketing = createTicketing();
  season(ledger, 0, 10);
  createIssuer(ledger, ticketing).poll();
  const view = createSwitch(ledger, sold);
  view.rebuild(fixed);
  view.step(Infinity);
  assert.deepEqual(ticketing.count(), { calls: 10, tickets: 10 });
});

test('a crash between the call and the checkpoint repeats the key', () => {
  const ledger = createLedger();
  const ticketing = createTicketing();
  season(ledger, 0, 3);
  const issuer = createIssuer(ledger, ticketing);
  issuer.poll({ dieAfterCall: true });
  issuer.poll();
  assert.deepEqual(ticketing.count(), { calls: 4, tickets: 3 });
});

test('a new process manager starts at the head, not in the past', () => {
  const ledger = createLedger();
  const ticketing = createTicketing();
  season(ledger, 0, 5);
  const issuer = createIssuer(ledger, ticketing, ledger.head());
  issuer.poll();
  season(ledger, 5, 7);
  issuer.poll();
  assert.deepEqual(ticketing.count(), { calls: 2, tickets: 2 });
});

test('state as of a position is a fold that stops there', () => {
  const ledger = createLedger();
  season(ledger, 0, 4);
  const asOf = (position) => ledger.readAll(0, position)
    .reduce((n, event) => fixed.on[event.type]?.(n, event) ?? n, 0);
  assert.deepEqual([2, 4, 5, 6, ledger.head()].map(asOf), [2, 4, 3, 4, 8 - 2 + 1]);
});
