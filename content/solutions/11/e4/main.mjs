// Every reachable state of a booking, and the shortest way to a broken promise.
// A reduced copy of booking.mjs: one customer, no seats, no names for most refusals.
const HOLD_MS = 300_000;
const yes = (...events) => ({ ok: true, events });
const no = (reason) => ({ ok: false, reason, events: [] });
const alive = (state, now) => now < state.until;
const ended = { type: 'ended' };

const owe = (state, { payment }) =>
  (state.owed.includes(payment) ? yes() : yes({ type: 'refundDue', payment }));
const RULES = {
  none: { place: (state, command, now) => yes({ type: 'placed', until: now + HOLD_MS }) },
  held: {
    order: (state, { order }, now) => {
      if (state.refused.includes(order)) return no('declined');
      return alive(state, now) ? yes({ type: 'ordered', order }) : no('expired');
    },
    release: () => yes(ended),
    expire: (state, command, now) => (alive(state, now) ? no('not-yet') : yes(ended)),
    charged: owe,
  },
  paying: {
    charged: (state, command) => (command.order === state.order
      ? yes({ type: 'paid', payment: command.payment }) : owe(state, command)),
    declined: (state, { order }, now) => {
      if (order !== state.order) return no('contradiction');
      return yes({ type: 'declined' }, ...(alive(state, now) ? [] : [ended]));
    },
  },
  paid: { charged: (state, command) =>
    (command.payment === state.payment ? yes() : owe(state, command)) },
  ended: { charged: owe },
};
const NEXT = {
  placed: (state, { until }) => ({ ...state, name: 'held', until }),
  ordered: (state, { order }) => ({ ...state, name: 'paying', order }),
  declined: ({ order, ...state }) =>
    ({ ...state, name: 'held', refused: [...state.refused, order] }),
  paid: (state, { payment }) => ({ ...state, name: 'paid', payment }),
  ended: ({ owed }) => ({ name: 'ended', owed }),
  refundDue: (state, { payment }) => ({ ...state, owed: [...state.owed, payment] }),
};

// The world around it: a clock, and a provider that charges or declines in its own time.
// A declined order may still turn out to have been charged: answers can be late and wrong.
const ORDERS = ['o1', 'o2'];
const start = { now: 0, booking: { name: 'none', owed: [], refused: [] },
  open: [], charged: [] };

function* moves(world) {
  if (world.now === 0) yield ['wait', { ...world, now: HOLD_MS }];
  for (const type of ['place', 'release', 'expire']) yield [type, world, { type }];
  for (const order of ORDERS) {
    yield [`order ${order}`, world, { type: 'order', order }];
    if (!world.open.includes(order)) continue;   // the provider has never heard of it
    const payment = `p-${order}`;
    const charged = [...new Set([...world.charged, payment])].sort();
    yield [`charged ${order}`, { ...world, charged }, { type: 'charged', order, payment }];
    yield [`declined ${order}`, world, { type: 'declined', order }];
  }
}

function apply(rules, world, command) {
  if (!command) return world;
  const rule = rules[world.booking.name][command.type] ?? (() => no('never'));
  const { events } = rule(world.booking, command, world.now);
  const booking = events.reduce((state, event) => NEXT[event.type](state, event),
    world.booking);
  const begun = booking.name === 'paying' ? [booking.order] : [];
  return { ...world, booking, open: [...new Set([...world.open, ...begun])].sort() };
}

const PROMISES = {
  'every charge buys the seat or goes back': ({ booking, charged }) => charged.every(
    (payment) => (booking.payment === payment) !== booking.owed.includes(payment)),
  'a paid booking was paid by its own order': ({ booking }) =>
    booking.name !== 'paid' || booking.payment === `p-${booking.order}`,
  'no seat is freed while its order is being paid': (world, before, command) =>
    before.booking.name !== 'paying' || world.booking.name !== 'ended'
      || command?.type === 'declined',
};

function explore(rules) {
  const seen = new Map([[JSON.stringify(start), []]]);
  const queue = [start];
  let steps = 0;
  for (const world of queue) {                   // breadth first: the shortest way is found
    const path = seen.get(JSON.stringify(world));
    for (const [label, moved, command] of moves(world)) {
      const next = apply(rules, moved, command);
      const way = [...path, label];
      steps += 1;
      for (const [promise, holds] of Object.entries(PROMISES)) {
        if (!holds(next, world, command)) return { broken: promise, way: way.join(', ') };
      }
      const key = JSON.stringify(next);
      if (seen.has(key)) continue;
      seen.set(key, way);
      queue.push(next);
    }
  }
  return { states: seen.size, steps };
}

const change = (state, command, rule) =>
  ({ ...RULES, [state]: { ...RULES[state], [command]: rule } });
console.log('as written:', explore(RULES));
console.log('expiry while paying:', explore(change('paying', 'expire', RULES.held.expire)));
console.log('any charge settles:', explore(change('paying', 'charged',
  (state, { payment }) => yes({ type: 'paid', payment }))));
console.log('declined order again:', explore(change('held', 'order',
  (state, { order }, now) => RULES.held.order({ ...state, refused: [] }, { order }, now))));
console.log('late charge refused:', explore(change('ended', 'charged', () => no('over'))));
