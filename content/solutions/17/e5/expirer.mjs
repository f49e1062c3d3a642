const TICK = 1_000;

export function createExpirer({ store, owner, now, slots = 512, report = () => {} }) {
  let [token, wheel, hand, beatAt] = [undefined, [], 0, 0];
  const refused = [];

  function lose() { token = undefined; wheel = []; }

  function add({ id, until }) {
    const due = Math.max(Math.ceil(until / TICK), hand + 1);       // overdue: at the next tick
    wheel[due % slots].set(id, due);
  }
  function start() {                             // the wheel is a copy; the store is the truth
    hand = Math.floor(now() / TICK);
    wheel = Array.from({ length: slots }, () => new Map());
    beatAt = now();
    store.open().forEach(add);
  }
  function turn() {
    while (hand < Math.floor(now() / TICK)) {
      hand += 1;
      for (const [id, due] of wheel[hand % slots]) {
        if (due !== hand) continue;
        wheel[hand % slots].delete(id);
        const answer = store.end(token, id);
        if (answer === 'stale-token') { refused.push(id); return lose(); }
        if (answer === 'not-yet') add({ id, until: 0 });   // the store's clock decides: ask again
      }
    }
    return undefined;
  }
  return {
    refused,
    get token() { return token; },
    add: (hold) => { if (token !== undefined) add(hold); },
    run({ renews = true } = {}) {                // called once a tick
      if (token === undefined) {
        token = store.acquire(owner);
        if (token === undefined) return;
        start();
      }
      if (renews && now() - beatAt >= 10_000) {  // a third of the lease
        if (!store.renew(token)) return lose();
        beatAt = now();
      }
      turn();
      if (token !== undefined) report(now());    // only who has worked reports
    },
    stop() {                                     // SIGTERM
      if (token !== undefined) store.release(token);
      lose();
    },
  };
}

export function createAbsenceAlarm({ now, after }) {       // stands outside of the job
  let last = now();
  return {
    report: (at) => { last = at; },
    silent: () => now() - last > after,
  };
}
