// The shell around the rules: memory is a fold of the database's records, and nothing else.
// A record is { events, hold, at, key?, send?, done? }: what happened, the request that asked for
// it, the messages it owes to others, and the message it has dealt with, all in one write.
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { problem } from '../lib/http.mjs';
import { alive, decide, evolve, initial } from './rules.mjs';

const PRICE = { amount: 4_500, currency: 'EUR' };          // minor units
export const fingerprint = (...parts) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

export function createBooking({ database, now, shows, ticketKey }) {
  const holds = new Map();                       // hold ID -> state
  const seats = new Map();                       // show/seat -> hold ID of its last claim
  const orders = new Map();                      // order ID -> hold ID
  const asked = new Map();                       // caller/key -> { print, answer }
  const outbox = new Map();                      // message ID -> message, not yet dealt with
  const watchers = new Map();                    // order ID -> set of those who wait for its end

  function apply({ hold, events = [], key, send = [], done }) {
    const state = events.reduce(evolve, holds.get(hold) ?? initial);
    holds.set(hold, state);
    for (const event of events) {
      if (event.type === 'placed') seats.set(`${event.show}/${event.seat}`, hold);
      if (event.type === 'ordered') orders.set(event.order, hold);
    }
    if (key) asked.set(key.name, key);
    for (const message of send) outbox.set(message.id, message);
    outbox.delete(done);
  }
  for (const record of database.records) apply(record);    // the replay

  function commit(record) {                      // decided and applied in one turn of the loop
    const full = { ...record, at: now() };
    apply(full);
    database.append([full]);
  }

  function orderView(id) {
    const { name, order, seat, amount, currency, ticket } = holds.get(orders.get(id));
    const open = { paying: 'pending', paid: 'paid', ticketed: 'ticketed' };
    const status = order === id ? open[name] : 'declined';
    return { id, status, seat, amount, currency, ...(order === id && ticket && { ticket }) };
  }

  // The same key with the same body gets the same answer; its first answer is in the record.
  async function once({ caller, key, print }, work) {
    const name = `${caller}/${key}`;
    const known = asked.get(name);
    if (known && known.print !== print) return problem(422, 'key-reused', 'Key used before');
    const answer = known ? known.answer : work({ name, print });
    await database.settled();                    // a no depends on records too, so it waits too
    return answer;
  }

  const placeHold = ({ caller, key, show, seat }) =>
    once({ caller, key, print: fingerprint('hold', show, seat) }, (known) => {
      if (!shows.get(show)?.has(seat)) return problem(404, 'no-seat', 'No such seat');
      const claim = seats.get(`${show}/${seat}`);
      const current = claim && holds.get(claim);
      if (current && current.name !== 'ended') {
        if (alive(current, now())) return problem(409, 'seat-taken', 'Seat taken');
        commit({ hold: claim, events: decide(current, { type: 'expire' }, now()).events });
      }
      const hold = `hold_${randomUUID()}`;
      const { events } = decide(initial, { type: 'place', by: caller, show, seat, ...PRICE },
        now());
      const { until } = events[0];
      const answer = { status: 201, body: { id: hold, show, seat, ...PRICE,
        until: new Date(until).toISOString() } };
      commit({ hold, events, key: { ...known, answer } });
      return answer;
    });

  const placeOrder = ({ caller, key, holdId, card, trace }) =>
    once({ caller, key, print: fingerprint('order', holdId, card) }, (known) => {
      const state = holds.get(holdId);
      if (state?.by !== caller) return problem(404, 'no-hold', 'No such hold');
      if (state.order) return problem(409, 'has-order', 'The hold has an order');
      const order = `order_${randomUUID()}`;
      const { ok, reason, events } = decide(state, { type: 'order', order, card }, now());
      if (!ok) return problem(409, reason, 'The hold is over');
      const { amount, currency } = state;
      const answer = { status: 202, headers: { location: `/v1/orders/${order}` },
        body: { id: order, status: 'pending', seat: state.seat, amount, currency } };
      commit({ hold: holdId, events, key: { ...known, answer },
        send: [{ id: `charge ${order}`, to: 'payments', order, amount, currency, card, trace }] });
      return answer;
    });

  async function showOrder({ caller, id, wait }) {
    const state = holds.get(orders.get(id));
    if (state?.by !== caller) return problem(404, 'no-order', 'No such order');
    if (wait && ['pending', 'paid'].includes(orderView(id).status)) {
      await new Promise((resolve) => {           // until it ends, or the caller's patience does
        const waiting = watchers.get(id) ?? new Set();
        const timer = setTimeout(() => woken(), wait);
        const woken = () => { clearTimeout(timer); waiting.delete(woken); resolve(); };
        watchers.set(id, waiting.add(woken));
      });
    }
    const body = orderView(id);                  // what is said is what is then on disk, no more
    await database.settled();
    return { status: 200, body };
  }

  async function showSeats({ show }) {           // a hint: the hold decides
    if (!shows.has(show)) return problem(404, 'no-show', 'No such show');
    const body = { free: [], held: 0, sold: 0 };
    for (const seat of shows.get(show)) {
      const state = holds.get(seats.get(`${show}/${seat}`)) ?? { name: 'ended' };
      if (['paid', 'ticketed'].includes(state.name)) body.sold += 1;
      else if (state.name === 'ended' || !alive(state, now())) body.free.push(seat);
      else body.held += 1;
    }
    return { status: 200, body };
  }

  // What another module answered to a message. Repeats are accepted and change nothing.
  async function settle(message, answer) {
    const hold = orders.get(message.order);
    const { order } = message;
    const command = answer.captured ? { type: 'charged', order, payment: answer.payment }
      : { type: 'declined', order };
    const { ok, reason, events } = decide(holds.get(hold), command, now());
    if (!ok) throw new Error(`${order}: ${reason}`);
    const send = answer.captured
      ? [{ id: `ticket ${order}`, to: 'ticketing', order, trace: message.trace }] : [];
    commit({ hold, events, send, done: message.id });
    await database.settled();
    wake(order);
  }

  async function ticketing(message) {            // a module of this process, with its own duty
    const { order } = message;
    const hold = orders.get(order);
    const text = `${order} ${holds.get(hold).show} ${holds.get(hold).seat}`;
    const ticket = createHmac('sha256', ticketKey).update(text).digest('base64url');
    const { events } = decide(holds.get(hold), { type: 'ticket', ticket }, now());
    commit({ hold, events, done: message.id });
    await database.settled();
    wake(order);
  }

  function wake(order) {
    if (!['ticketed', 'declined'].includes(orderView(order).status)) return;
    for (const woken of watchers.get(order) ?? []) woken();
    watchers.delete(order);
  }
  const count = (name) => [...holds.values()].filter((state) => state.name === name).length;
  return { placeHold, placeOrder, showOrder, showSeats, settle, ticketing, outbox, count };
}
