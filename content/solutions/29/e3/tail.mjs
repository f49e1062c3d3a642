// Decides `waitMs` after a trace's first span, in bounded memory, and says what it lost.
export function createTailSampler({ now, keep, write, waitMs, maxTraces, remember = 1_000 }) {
  const held = new Map();                        // traceId -> { due, spans }, oldest first
  const decided = new Map();                     // traceId -> boolean, for late spans
  const count = { kept: 0, dropped: 0, evicted: 0, late: 0 };

  function settle(traceId, yes) {
    decided.set(traceId, yes);
    if (decided.size > remember) decided.delete(decided.keys().next().value);
  }
  function sweep() {
    for (const [traceId, { due, spans }] of held) {
      if (due > now()) break;                    // the rest is younger
      held.delete(traceId);
      const yes = keep(spans);
      settle(traceId, yes);
      count[yes ? 'kept' : 'dropped'] += 1;
      if (yes) spans.forEach(write);
    }
  }
  function add(span) {
    sweep();
    if (decided.has(span.traceId)) {             // too late to change the decision
      count.late += 1;
      if (decided.get(span.traceId)) write(span);
      return;
    }
    if (!held.has(span.traceId)) {
      if (held.size >= maxTraces) {
        const oldest = held.keys().next().value;
        held.delete(oldest);
        settle(oldest, false);
        count.evicted += 1;
      }
      held.set(span.traceId, { due: now() + waitMs, spans: [] });
    }
    held.get(span.traceId).spans.push(span);
  }
  return { add, sweep, signals: () => ({ ...count, held: held.size }) };
}
