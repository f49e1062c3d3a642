// Self times of three purchases, from spans alone; two of the three traces are not to be trusted.
const sound = [
  { id: 'a', parent: null, name: 'buy', service: 'client', at: 1_000, ms: 96 },
  { id: 'b', parent: 'a', name: 'DNS lookup', service: 'client', at: 1_001, ms: 4 },
  { id: 'c', parent: 'a', name: 'TLS handshake', service: 'client', at: 1_005, ms: 9 },
  { id: 'd', parent: 'a', name: 'POST hold', service: 'client', at: 1_015, ms: 78 },
  { id: 'e', parent: 'd', name: 'proxy', service: 'proxy', at: 1_018, ms: 70 },
  { id: 'f', parent: 'e', name: 'API', service: 'gateway', at: 1_060, ms: 61 },   // clock: +40
  { id: 'g', parent: 'f', name: 'booking', service: 'booking', at: 1_026, ms: 44 },
  { id: 'h', parent: 'g', name: 'append', service: 'booking', at: 1_029, ms: 38 },
  { id: 'i', parent: 'h', name: 'database write', service: 'database', at: 1_032, ms: 11 },
  { id: 'j', parent: 'h', name: 'standby copy', service: 'database', at: 1_043, ms: 20 },
];
const lost = sound.filter(({ id }) => id !== 'f');         // the gateway died with its spans
const longer = sound.map((span) => (span.id === 'h' ? { ...span, ms: 52 } : span));

export function account(spans) {
  const known = new Set(spans.map(({ id }) => id));
  const roots = spans.filter(({ parent }) => parent === null);
  if (roots.length !== 1) return { fault: `${roots.length} roots instead of one` };
  const orphan = spans.find(({ parent }) => parent !== null && !known.has(parent));
  if (orphan) {
    return { fault: `"${orphan.name}" names the parent ${orphan.parent}, which nobody has sent` };
  }
  const rows = [];
  let fault;
  (function walk(span, depth) {
    const children = spans.filter(({ parent }) => parent === span.id)
      .sort((x, y) => x.at - y.at);              // for order only: clocks may differ
    const self = span.ms - children.reduce((sum, { ms }) => sum + ms, 0);
    rows.push({ depth, name: span.name, ms: span.ms, self });
    if (self < 0) {
      const [longest] = children.toSorted((x, y) => y.ms - x.ms);
      fault ??= `"${longest.name}" took ${longest.ms} ms inside "${span.name}" of ${span.ms} ms`;
    }
    for (const child of children) walk(child, depth + 1);
  })(roots[0], 0);
  return { rows, fault, sum: rows.reduce((total, { self }) => total + self, 0) };
}

for (const [title, spans] of Object.entries({ sound, lost, longer })) {
  const { rows, fault, sum } = account(spans);
  console.log(fault ? `${title}: not to be trusted: ${fault}` : `${title}: ${sum} ms in all`);
  if (fault) continue;
  for (const { depth, name, ms, self } of rows) {
    console.log(`${String(ms).padStart(5)} ms, self ${String(self).padStart(3)}`,
      ' '.repeat(2 * depth), name);
  }
}
