// A queue whose leases can be extended, and a worker that extends its own while it works.
export function createQueue({ now, leaseMs, maxDeliveries = 3 }) {
  const ready = [];
  const leased = new Map();                      // receipt -> { message, until }
  const dead = [];
  let receipts = 0;

  const live = (receipt) => (leased.get(receipt)?.until ?? 0) > now();
  return {
    dead,
    send: (id, body) => ready.push({ id, body, deliveries: 0 }),
    receive() {
      for (const [receipt, { message }] of [...leased]) {
        if (live(receipt)) continue;
        leased.delete(receipt);
        (message.deliveries < maxDeliveries ? ready : dead).push(message);
      }
      const message = ready.shift();
      if (!message) return undefined;
      message.deliveries += 1;
      receipts += 1;
      leased.set(receipts, { message, until: now() + leaseMs });
      return { ...message, receipt: receipts };
    },
    extend(receipt) {                            // from now on, not added to what is left
      if (!live(receipt)) return false;
      leased.get(receipt).until = now() + leaseMs;
      return true;
    },
    ack: (receipt) => live(receipt) && leased.delete(receipt),
  };
}

// Work in steps. Between two steps the lease is extended; if that fails, someone else has
// the message by now, and the rest of the work would be done twice.
export function process({ queue, message, steps, tick, everyMs, limitMs }) {
  let sinceExtended = 0;
  let total = 0;
  for (const { ms } of steps) {
    tick(ms);
    sinceExtended += ms;
    total += ms;
    if (total > limitMs) return 'gave up';       // a hung job must not keep its lease forever
    if (sinceExtended < everyMs) continue;
    if (!queue.extend(message.receipt)) return 'lost the lease';
    sinceExtended = 0;
  }
  return queue.ack(message.receipt) ? 'acknowledged' : 'too late';
}
