// [id, parent, name, host, start, end]: the clock of `booking` is 40 ms ahead.
const rows = [
  ['1', undefined, 'POST /v1/orders', 'gateway', 0, 200],
  ['2', '1', 'call locks', 'gateway', 10, 110],
  ['3', '2', 'POST /v1/locks', 'booking', 54, 146],
  ['4', '3', 'SELECT seat', 'booking', 60, 140],
  ['5', '1', 'call payments', 'gateway', 110, 190],
  ['6', '5', 'POST /v1/payments', 'payments', 113, 187],
];
const spans = rows.map(([id, parent, name, host, start, end]) =>
  ({ id, parent, name, host, start, end }));

function criticalPath(all) {
  const path = new Map(all.map((span) => [span.id, 0]));
  (function walk(span) {
    let t = span.end;
    const children = all.filter(({ parent }) => parent === span.id);
    for (const child of children.sort((a, b) => b.end - a.end)) {
      if (child.end > t || child.start < span.start) continue;     // does not fit
      path.set(span.id, path.get(span.id) + t - child.end);
      walk(child);
      t = child.start;
    }
    path.set(span.id, path.get(span.id) + t - span.start);
  })(all.find(({ parent }) => !parent));
  return path;
}

// The call contains its server span. If it does not, the server's clock is off:
// put the server span in the middle, and move all below it on that host along.
function align(all) {
  const moved = all.map((span) => ({ ...span }));
  const byId = new Map(moved.map((span) => [span.id, span]));
  const shift = (span, by, host) => {
    span.start += by;
    span.end += by;
    for (const child of moved) {
      if (child.parent === span.id && child.host === host) shift(child, by, host);
    }
  };
  for (const span of moved) {
    const parent = byId.get(span.parent);
    if (!parent || parent.host === span.host) continue;
    if (span.start >= parent.start && span.end <= parent.end) continue;
    const slack = (parent.end - parent.start) - (span.end - span.start);
    if (slack < 0) { console.log(`${span.name}: longer than its call, left alone`); continue; }
    shift(span, parent.start + slack / 2 - span.start, span.host);
  }
  return moved;
}

const [before, after] = [spans, align(spans)].map(criticalPath);
console.log('span                 as stored  aligned');
for (const { id, name } of spans) {
  console.log(name.padEnd(20), String(before.get(id)).padStart(9),
    String(after.get(id)).padStart(8));
}
const sum = (path) => [...path.values()].reduce((a, b) => a + b, 0);
console.log(`sums ${sum(before)} and ${sum(after)} of 200 ms`);
