const [TTL, WITHDRAWN, ANNOUNCED, END] = [60, 100, 400, 600];       // virtual seconds
const reachable = (t) => t < WITHDRAWN || t >= ANNOUNCED;

function createResolver({ serveStale }) {
  const state = { until: -1, fetched: false, failures: 0, retryAt: 0, vain: 0 };
  return {
    state,
    resolve(t) {
      if (t < state.until) return 'fresh';
      if (t >= state.retryAt) {
        if (reachable(t)) {
          Object.assign(state, { until: t + TTL, fetched: true, failures: 0, retryAt: 0 });
          return 'fresh';
        }
        state.vain += 1;                                            // a timeout
        const backoff = Math.min(5 * 2 ** state.failures, 300);     // RFC 9520, section 3.2
        state.retryAt = t + (serveStale ? 30 : backoff);            // RFC 8767, section 5
        state.failures += 1;
      }
      return serveStale && state.fetched ? 'stale' : 'SERVFAIL';
    },
  };
}

for (const serveStale of [false, true]) {
  const { resolve, state } = createResolver({ serveStale });
  const seen = { fresh: [], stale: [], SERVFAIL: [] };
  for (let t = 0; t < END; t += 10) seen[resolve(t)].push(t);
  console.log(serveStale ? 'serve-stale' : 'strict');
  for (const [kind, times] of Object.entries(seen)) {
    const range = times.length > 0 ? `t=${times[0]} to t=${times.at(-1)}` : '';
    console.log(' ', kind.padEnd(9), String(times.length).padStart(2), range);
  }
  console.log('  queries in vain', state.vain);
}
