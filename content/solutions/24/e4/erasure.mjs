// "Delete me": each store has an eraser that may be repeated; a receipt names no person.
// The order of `stores` is the order of erasure. A real ledger is durable; this one is a Map.
export function createErasure({ stores, audit, now }) {
  const names = Object.keys(stores);
  const requests = new Map();                    // id -> what is still open

  async function run(id) {
    const request = requests.get(id);
    for (const name of names.filter((n) => request.open.has(n))) {
      try {
        const kept = await stores[name](request.customer);
        request.open.delete(name);
        audit.append({ request: id, store: name, kept: kept ?? null, at: now() });
      } catch (error) {                          // stays open; its message may name somebody
        audit.append({ request: id, store: name, failed: error.code ?? error.name, at: now() });
        break;                                   // no cache is purged before its row is gone
      }
    }
    if (request.open.size > 0) return { done: false, open: names.filter((n) => request.open.has(n)) };
    if (!request.done) audit.append({ request: id, done: true, at: now() });
    request.done = true;
    return { done: true, open: [] };
  }

  return {
    run,
    accept(id, customer) {                       // recorded before anything is deleted
      if (!requests.has(id)) {
        requests.set(id, { customer, open: new Set(names) });
        audit.append({ request: id, accepted: true, at: now() });
      }
      return run(id);
    },
    async afterRestore(name) {                   // a backup knows nothing of later erasures
      for (const request of requests.values()) request.open.add(name);
      for (const id of requests.keys()) await run(id);
    },
  };
}
