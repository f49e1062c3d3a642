// The seat map of a show: one copy for all, at most BOUND_MS old while the database lives.
export const BOUND_MS = 1_000;
const TTL_MS = 700;                              // refresh begins here, the old is served
const CHANGED_MS = 200;                          // and here if the show has changed since
const DOWN_MS = 10_000;                          // a marked answer's, without database
const COPIES_MAX = 1_000;                        // of each kind: names come from outside

export class Unavailable extends Error {}

export function createSeatMap({ loadSeats, holdsOf, now, report = () => {} }) {
  const maps = new Map();                        // showId -> { seats, asOf, changed }
  const unknown = new Map();                     // the same with seats: null; no such show
  const loading = new Map();                     // showId -> { asOf, changed, flight }

  function keep(showId, copy) {
    const [store, other] = copy.seats === null ? [unknown, maps] : [maps, unknown];
    other.delete(showId);
    if (!store.has(showId) && store.size >= COPIES_MAX) {
      store.delete(store.keys().next().value);   // first in, first out is enough here
    }
    store.set(showId, copy);
    return copy;
  }

  function refresh(showId) {
    const under = loading.get(showId);
    if (under) return under.flight;
    const load = { asOf: now(), changed: false };          // as old as the question
    load.flight = Promise.resolve(showId).then(loadSeats)  // its timeout: below the bound
      .then((seats) => keep(showId, { seats, asOf: load.asOf, changed: load.changed }))
      .finally(() => loading.delete(showId));
    loading.set(showId, load);
    return load.flight;
  }

  async function copyOf(showId) {
    const copy = maps.get(showId) ?? unknown.get(showId);
    const age = copy ? now() - copy.asOf : Infinity;
    if (age < BOUND_MS) {
      if (age >= (copy.changed ? CHANGED_MS : TTL_MS)) refresh(showId).catch(report);
      return copy;
    }
    try {
      return await refresh(showId);
    } catch (error) {
      report(error);
      if (copy && now() - copy.asOf < DOWN_MS) return { ...copy, degraded: true };
      throw new Unavailable(`no seat map of ${showId}`, { cause: error });
    }
  }

  return {
    async get(showId, customer) {
      const { seats, asOf, degraded = false } = await copyOf(showId);
      if (seats === null) return { status: 404 };
      const yours = await holdsOf(customer, showId);       // never into the shared copy
      return { status: 200, seats, yours, asOf, degraded };
    },
    changed(showId) {                            // called after a hold is committed
      for (const held of [maps.get(showId), loading.get(showId)]) {
        if (held) held.changed = true;           // also for a load under way
      }
    },
    get size() { return maps.size + unknown.size; },
  };
}
