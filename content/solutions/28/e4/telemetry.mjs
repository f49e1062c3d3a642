const OTHER = 'other';

export function createTelemetry(
  { now, write, routes, capacity, keepOneIn, slowMs, budget }) {
  const counts = new Map();                      // "route outcome" -> number
  const seen = new Map();                        // route -> ordinary events so far
  const state = { inFlight: 0, dropped: 0, written: 0 };

  function emit(event) {
    const weight = event.outcome === 'error' || event.ms >= slowMs ? 1 : keepOneIn;
    if (weight > 1) {
      const n = seen.get(event.route) ?? 0;
      seen.set(event.route, n + 1);
      if (n % keepOneIn !== 0) return;           // not kept, but counted below
    }
    const limit = weight === 1 ? budget : budget / 2;  // half is for errors and slow ones
    if (state.written >= limit) { state.dropped += 1; return; }
    state.written += 1;
    try {
      write(JSON.stringify({ ...event, weight }));
    } catch {
      state.dropped += 1;                        // telemetry must not fail the request
    }
  }

  function observe(route, handler) {
    const label = routes.has(route) ? route : OTHER;
    return async (request) => {
      const start = now();
      state.inFlight += 1;
      let outcome = 'error';
      try {
        const response = await handler(request);
        outcome = response?.status < 500 ? 'ok' : 'error';   // no answer is an error, too
        return response;
      } finally {
        state.inFlight -= 1;
        const key = `${label} ${outcome}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
        emit({ requestId: request.id, route: label, outcome, ms: now() - start });
      }
    };
  }

  const signals = () => ({ requests: Object.fromEntries(counts),
    saturation: state.inFlight / capacity, dropped: state.dropped });
  const newMinute = () => { state.written = 0; };
  return { observe, signals, newMinute };
}
