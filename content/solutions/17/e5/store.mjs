export function createStore({ now, ttl = 30_000 }) {    // in production: one database
  const holds = new Map();                       // id -> { until, state, endedAt, endedBy }
  const facts = [];
  let lease = { token: 32, until: 0 };           // the last token is never forgotten
  return {
    holds, facts,
    place: (id, until) => holds.set(id, { until, state: 'held' }),
    order: (id) => { holds.get(id).state = 'paying'; },
    acquire(owner) {
      if (lease.until > now()) return undefined;
      lease = { owner, token: lease.token + 1, until: now() + ttl };
      return lease.token;
    },
    renew(token) {
      if (token !== lease.token || lease.until <= now()) return false;
      lease.until = now() + ttl;
      return true;
    },
    release(token) { if (token === lease.token) lease.until = 0; },
    open: () => [...holds].filter(([, h]) => h.state === 'held')
      .map(([id, { until }]) => ({ id, until })),
    end(token, id) {                             // one transaction: fence, rule, fact
      if (token !== lease.token) return 'stale-token';     // the current one alone may write
      const hold = holds.get(id);
      if (hold.state !== 'held') return 'not-held';
      if (now() < hold.until) return 'not-yet';
      hold.state = 'ended';
      facts.push({ type: 'ended', id, at: now(), token });
      return 'ended';
    },
  };
}
