// A hold's life as a decision and a fold (Module 11): no clock, no I/O, one place for each rule.
export const HOLD_MS = 300_000;
const yes = (...events) => ({ ok: true, events });
const no = (reason) => ({ ok: false, reason });
const never = (reason) => () => no(reason);
const again = () => yes();                       // a repeat: accepted, nothing happens
export const alive = ({ name, until }, now) => name !== 'held' || now < until;

const place = (state, { seat, show, by, amount, currency }, now) =>
  yes({ type: 'placed', seat, show, by, amount, currency, until: now + HOLD_MS });

const order = (state, { order: id, card }, now) =>
  (alive(state, now) ? yes({ type: 'ordered', order: id, card }) : no('expired'));

const expire = (state, command, now) =>
  (alive(state, now) ? no('not-yet') : yes({ type: 'ended', why: 'expired' }));

const settle = (state, { order: id, payment }) =>
  (id === state.order ? yes({ type: 'paid', payment }) : no('other-order'));

const decline = (state, { order: id }, now) => {
  if (id !== state.order) return no('other-order');
  const late = now < state.until ? [] : [{ type: 'ended', why: 'expired' }];
  return yes({ type: 'declined', order: id }, ...late);
};
const same = (state, { order: id }) => (id === state.order ? again() : no('other-order'));

const RULES = {                                  // each state answers each command
  none: { place, order: never('no-hold'), expire: never('no-hold'),
    charged: never('no-hold'), declined: never('no-hold'), ticket: never('no-hold') },
  held: { place: never('exists'), order, expire,
    charged: never('no-order'), declined: again, ticket: never('not-paid') },
  paying: { place: never('exists'), order: same, expire: never('paying'),
    charged: settle, declined: decline, ticket: never('not-paid') },
  paid: { place: never('exists'), order: same, expire: never('sold'),
    charged: same, declined: never('paid'),
    ticket: (state, { ticket }) => yes({ type: 'ticketed', ticket }) },
  ticketed: { place: never('exists'), order: same, expire: never('sold'),
    charged: same, declined: never('paid'), ticket: again },
  ended: { place: never('exists'), order: never('over'), expire: again,
    charged: never('over'), declined: again, ticket: never('over') },
};
export const decide = (state, command, now) => RULES[state.name][command.type](state, command, now);

const NEXT = {                                   // facts are not judged again
  placed: (state, { type, ...facts }) => ({ ...state, ...facts, name: 'held' }),
  ordered: (state, { order: id }) => ({ ...state, name: 'paying', order: id }),
  declined: ({ order: id, ...state }) => ({ ...state, name: 'held' }),
  paid: (state, { payment }) => ({ ...state, name: 'paid', payment }),
  ticketed: (state, { ticket }) => ({ ...state, name: 'ticketed', ticket }),
  ended: (state, { why }) => ({ ...state, name: 'ended', why }),
};
export const initial = { name: 'none' };
export const evolve = (state, event) => NEXT[event.type](state, event);
