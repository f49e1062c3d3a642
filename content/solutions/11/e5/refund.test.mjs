import { test } from 'node:test';
import assert from 'node:assert/strict';

const DAY_MS = 86_400_000;
const yes = (...events) => ({ ok: true, events });
const no = (reason) => ({ ok: false, reason, events: [] });

function allocate(total, weights) {              // largest remainder, as in the module
  const parts = weights.map(BigInt);
  const sum = parts.reduce((a, b) => a + b, 0n);
  const shares = parts.map((w) => Number((BigInt(total) * w) / sum));
  const rest = total - shares.reduce((a, b) => a + b, 0);
  const order = parts.map((w, i) => ({ i, left: (BigInt(total) * w) % sum }))
    .sort((a, b) => (a.left < b.left) - (a.left > b.left) || a.i - b.i);
  for (const { i } of order.slice(0, rest)) shares[i] += 1;
  return shares;
}

// Fixed when the order is paid: what each seat is worth, to the cent.
function paid({ by, seats, total, fee }) {
  const shares = allocate(total, seats.map(() => 1));
  const fees = allocate(fee, seats.map(() => 1));
  return { by, total: total + fee, refunds: {}, moved: null,
    seats: Object.fromEntries(seats.map((seat, i) => [seat,
      { price: shares[i], fee: fees[i], returned: false }])) };
}

const rules = {
  move(state, { policy }, now) {                 // the promoter moves the show
    if (state.moved) return no('moved-already');
    const { days, withFee } = policy;            // the policy of that day is kept
    return yes({ type: 'moved', policy: { until: now + days * DAY_MS, withFee } });
  },
  refund(state, { refundId, seats }, now) {
    const asked = [...new Set(seats)].sort();
    const known = state.refunds[refundId];
    if (known) return known.seats.join() === asked.join() ? yes() : no('id-reused');
    if (!state.moved) return no('not-moved');
    if (now >= state.moved.until) return no('too-late');
    const foreign = asked.some((seat) => !state.seats[seat]);
    if (foreign || asked.length === 0) return no('no-seat');
    if (asked.some((seat) => state.seats[seat].returned)) return no('returned-already');
    const amount = asked.reduce((sum, seat) => sum + state.seats[seat].price
      + (state.moved.withFee ? state.seats[seat].fee : 0), 0);
    return yes({ type: 'refunded', refundId, seats: asked, amount });
  },
};

function decide(state, command, now) {
  const owner = command.type === 'move' ? 'promoter' : state.by;
  if (command.by !== owner) return no('not-yours');
  return rules[command.type](state, command, now);
}

function evolve(state, event) {
  if (event.type === 'moved') return { ...state, moved: event.policy };
  const { refundId, seats, amount } = event;
  const returned = Object.fromEntries(seats.map((seat) =>
    [seat, { ...state.seats[seat], returned: true }]));
  return { ...state, seats: { ...state.seats, ...returned },
    refunds: { ...state.refunds, [refundId]: { seats, amount } } };
}

const sumOf = (state) =>
  Object.values(state.refunds).reduce((sum, { amount }) => sum + amount, 0);

function play(...steps) {                        // [now, command] -> answers and the end
  let state = paid({ by: 'ana', seats: ['A12', 'A13', 'A14'], total: 10_000, fee: 500 });
  const answers = steps.map(([now, command]) => {
    const answer = decide(state, command, now);
    state = answer.events.reduce(evolve, state);
    if (!answer.ok) return answer.reason;
    return answer.events.map(({ amount }) => amount ?? 'moved').join();
  });
  return { answers, state };
}
const move = (withFee = true, days = 14) =>
  ({ type: 'move', by: 'promoter', policy: { days, withFee } });
const refund = (refundId, ...seats) => ({ type: 'refund', by: 'ana', refundId, seats });

test('seat by seat, the refunds add up to what was paid', () => {
  const { answers, state } = play([0, move()], [1, refund('r1', 'A12')],
    [2, refund('r2', 'A13')], [3, refund('r3', 'A14')]);
  assert.deepEqual(answers, ['moved', '3501', '3500', '3499']);
  assert.equal(sumOf(state), 10_500);
});

test('in another order, each seat is worth the same', () => {
  const { answers } = play([0, move()], [1, refund('r1', 'A14', 'A13')],
    [2, refund('r2', 'A12')]);
  assert.deepEqual(answers, ['moved', '6999', '3501']);
});

test('a repeat pays nothing again; an ID with other seats is refused', () => {
  const { answers, state } = play([0, move()], [1, refund('r1', 'A12')],
    [2, refund('r1', 'A12')], [3, refund('r1', 'A13')], [4, refund('r2', 'A12')]);
  assert.deepEqual(answers, ['moved', '3501', '', 'id-reused', 'returned-already']);
  assert.equal(sumOf(state), 3_501);
});

test('the deadline is half open, and a repeat after it still gets its answer', () => {
  const end = 14 * DAY_MS;
  const { answers } = play([0, move()], [end - 1, refund('r1', 'A12')],
    [end, refund('r2', 'A13')], [end, refund('r1', 'A12')]);
  assert.deepEqual(answers, ['moved', '3501', 'too-late', '']);
});

test('the policy is that of the day the show moved', () => {
  const { answers } = play([0, move(false)], [1, move(true)], [2, refund('r1', 'A12')]);
  assert.deepEqual(answers, ['moved', 'moved-already', '3334']);
});

test('nobody else may ask, nothing before the move, no foreign seat', () => {
  const { answers, state } = play([0, refund('r1', 'A12')], [1, move()],
    [2, { ...refund('r2', 'A12'), by: 'ben' }], [3, refund('r3', 'B1')]);
  assert.deepEqual(answers, ['not-moved', 'moved', 'not-yours', 'no-seat']);
  assert.equal(sumOf(state), 0);
});
