// Timers from the outside in; the last one guards the work itself.
const orders = {
  'inner first': { browser: 10_000, edge: 3_000, booking: 2_500, query: 2_000 },
  'outer first': { browser: 10_000, edge: 3_000, booking: 5_000, query: 30_000 },
};

function outcome(timers, workMs) {
  const entries = Object.entries(timers);
  const stopsMs = Math.min(workMs, entries.at(-1)[1]);     // when the work really ends
  const [speaker, atMs] = entries.reduce((a, b) => (b[1] < a[1] ? b : a));
  if (workMs <= atMs) return { speaker: 'answer', atMs: workMs, orphanedMs: 0, copies: 1 };
  const orphanedMs = stopsMs - atMs;             // nobody waits for it any more
  const copies = Math.ceil(stopsMs / atMs);      // if each failure is repeated at once
  return { speaker, atMs, orphanedMs, copies };
}

for (const [name, timers] of Object.entries(orders)) {
  for (const workMs of [40, 20_000]) {
    const { speaker, atMs, orphanedMs, copies } = outcome(timers, workMs);
    console.log(`${name}, work ${workMs} ms: ${speaker} speaks at ${atMs} ms,`,
      `${orphanedMs} ms orphaned, copies at once ${copies}`);
  }
}
