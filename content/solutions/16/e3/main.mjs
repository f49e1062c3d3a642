// What a broker's record of deliveries says about why messages come back.
// A delivery: { at, id, worker, took, end }, end: 'ack', 'late', 'error', 'died'.
export function diagnose(deliveries, { leaseS }) {
  const failed = deliveries.filter(({ end }) => end !== 'ack');
  if (failed.length === 0) return 'healthy';
  const late = failed.filter(({ end }) => end === 'late');
  if (late.length > failed.length / 2 && late.every(({ took }) => took > leaseS)) {
    return 'lease too short';                    // the work succeeds, only its receipt is old
  }
  const from = Math.min(...failed.map(({ at }) => at));
  const until = Math.max(...failed.map(({ at }) => at));
  const good = deliveries.filter(({ at, end }) => end === 'ack' && at > from && at < until);
  const ids = new Set(failed.map(({ id }) => id));
  const workers = new Set(failed.map(({ worker }) => worker));
  if (good.length === 0) {                       // nothing succeeded in between
    return ids.size > 2 && workers.size > 1 ? 'dependency down' : 'unclear: read one failure';
  }
  if (workers.size === 1 && ids.size > 2) return `worker ${[...workers][0]}`;
  if (ids.size <= 2 && workers.size > 1) return `poison ${[...ids].join(', ')}`;
  return 'unclear: read one failure';
}

// The records come from a queue with leases and three deliveries, second by second.
function record({ messages = 40, workers = 2, leaseS = 30, took = () => 1, end = () => 'ack' }) {
  const ready = [];
  const leased = new Map();                      // delivery -> until when its lease lasts
  const log = [];
  const crew = Array.from({ length: workers }, (_, i) => ({ name: `w${i + 1}`, freeAt: 0 }));
  for (let t = 0; t <= 240; t += 1) {
    if (t % 3 === 0 && t / 3 < messages) ready.push({ id: `m${t / 3 + 1}`, deliveries: 0 });
    for (const worker of crew) {                 // first let those who are done finish
      const { delivery } = worker;
      if (!delivery || worker.freeAt > t) continue;
      worker.delivery = undefined;
      const { at, message } = delivery;
      let how = end({ id: message.id, worker: worker.name, at, n: delivery.n });
      if (how === 'ack' && !leased.delete(delivery)) how = 'late';
      if (how === 'died') worker.freeAt = t + 5; // another process starts in its place
      log.push({ at, id: message.id, worker: worker.name, took: t - at, end: how });
    }
    for (const [delivery, until] of [...leased]) {
      if (until > t) continue;
      leased.delete(delivery);
      if (delivery.message.deliveries < 3) ready.push(delivery.message);
    }
    for (const worker of crew) {
      if (worker.freeAt > t || ready.length === 0) continue;
      const message = ready.shift();
      message.deliveries += 1;
      worker.delivery = { message, at: t, n: message.deliveries };
      leased.set(worker.delivery, t + leaseS);
      worker.freeAt = t + took(message.id);
    }
  }
  return log;
}

const nights = {
  'all well': {},
  'one bad name': { end: ({ id }) => (id === 'm2' ? 'died' : 'ack') },
  'mail service down': { end: ({ at }) => (at >= 30 ? 'error' : 'ack') },
  'slow pictures': { workers: 40, took: (id) => (Number(id.slice(1)) % 4 === 0 ? 41 : 1) },
  'one full disk': { end: ({ worker }) => (worker === 'w1' ? 'error' : 'ack') },
  'one failure': { end: ({ id, n }) => (id === 'm2' && n === 1 ? 'error' : 'ack') },
  'a quiet night': { messages: 1, end: () => 'error' },
};
for (const [night, options] of Object.entries(nights)) {
  const log = record(options);
  const failed = log.filter(({ end }) => end !== 'ack').length;
  console.log(`${night}:`.padEnd(19), `${failed} of ${log.length} failed,`.padEnd(18),
    diagnose(log, { leaseS: 30 }));
}
