// From a paid order to exactly one ticket and one mail: outbox, queue, inbox.
export class Crash extends Error {}

export function createWorld({ crashAt = Infinity, outbox = true, mailKeys = true } = {}) {
  let points = 0;
  const mayCrash = () => {                       // every place where a process can end
    points += 1;
    if (points === crashAt) throw new Crash(`at point ${points}`);
  };
  const database = (state) => ({                 // all of a transaction or nothing of it
    state,
    transaction(work) {
      const draft = structuredClone(this.state);
      work(draft);
      mayCrash();                                // just before the commit
      this.state = draft;
    },
  });
  const booking = database({ orders: {}, outbox: [] });
  const ticketing = database({ inbox: [], tickets: [], outbox: [] });
  const queues = { 'order.paid': [], 'ticket.issued': [] };
  const dead = [];
  const mail = { keys: new Set(), sent: [] };    // a provider outside: no transaction with us

  const publish = (event) => {
    mayCrash();
    queues[event.type].push({ event, deliveries: 0 });
    mayCrash();                                  // published, but nobody has noted it
  };
  function relay(source) {                       // oldest first; note it after publishing
    for (const { id } of source.state.outbox.filter(({ sent }) => !sent)) {
      publish(source.state.outbox.find((event) => event.id === id));
      source.transaction((draft) => {
        draft.outbox.find((event) => event.id === id).sent = true;
      });
    }
  }
  function consume(type, handle) {               // acknowledged only after the handler
    const queue = queues[type];
    while (queue.length > 0) {
      const message = queue[0];
      message.deliveries += 1;
      try {
        handle(message.event);
      } catch (error) {
        if (error instanceof Crash) throw error; // the process is gone; the message stays
        if (message.deliveries < 3) continue;
        dead.push({ ...message, reason: error.message });
      }
      mayCrash();                                // the effect is there, the receipt is not
      queue.shift();
    }
  }
  return {
    dead, mail, booking, ticketing, points: () => points,
    pay(order) {
      if (booking.state.orders[order.id]) return;          // the request came again
      const event = { id: `${order.id}/paid`, type: 'order.paid', order };
      booking.transaction((draft) => {
        draft.orders[order.id] = 'paid';
        if (outbox) draft.outbox.push(event);
      });
      if (!outbox) publish(event);               // the dual write
    },
    runOnce() {
      relay(booking);
      consume('order.paid', ({ id, order }) => ticketing.transaction((draft) => {
        if (draft.inbox.includes(id)) return;
        draft.inbox.push(id);
        draft.tickets.push(`${order.id} ${order.name.trim()}`);
        draft.outbox.push({ id: `${order.id}/ticket`, type: 'ticket.issued', order });
      }));
      relay(ticketing);
      consume('ticket.issued', ({ id, order }) => {
        if (mailKeys && mail.keys.has(id)) return;         // the provider's own check
        mail.keys.add(id);
        mail.sent.push(order.id);
        mayCrash();                              // accepted, but its answer is lost
      });
    },
  };
}

export function runToEnd(world, orders) {        // a supervisor that starts it again
  for (let starts = 1; starts < 10; starts += 1) {
    try {
      for (const order of orders) world.pay(order);
      world.runOnce();
      return starts;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
  throw new Error('never came to an end');
}
