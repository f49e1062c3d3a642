// How many index entries does each order of columns visit, and does it spare the sort?
const orders = Array.from({ length: 20_000 }, (_, n) => ({
  show: Math.floor(n / 500), status: n % 53 === 0 ? 'paying' : 'paid', created: n,
}));
const compare = (a, b) => (a < b ? -1 : Number(a > b));

function permutations(list) {
  return list.length < 2 ? [list] : list.flatMap((item, i) =>
    permutations(list.filter((_, j) => j !== i)).map((rest) => [item, ...rest]));
}

// equal: column -> value; range: column -> [from, to); order: column; limit
function visit(columns, { equal, range = {}, order, limit = Infinity }) {
  const index = [...orders].sort((a, b) =>
    columns.map((c) => compare(a[c], b[c])).find((x) => x !== 0) ?? 0);
  let used = 0;                                  // leading equalities, then at most one range
  while (used < columns.length && columns[used] in equal) used += 1;
  const bound = columns[used] in range ? columns[used] : null;
  const inside = (row) => columns.slice(0, used).every((c) => row[c] === equal[c])
    && (!bound || (row[bound] >= range[bound][0] && row[bound] < range[bound][1]));
  const matches = (row) => Object.entries(equal).every(([c, v]) => row[c] === v)
    && Object.entries(range).every(([c, [from, to]]) => row[c] >= from && row[c] < to);
  const sorted = columns[used] === order;        // what follows the equalities is in order
  let [visited, kept] = [0, 0];
  for (const row of index.toReversed()) {        // newest first
    if (!inside(row)) continue;                  // the tree steps over these
    visited += 1;
    if (matches(row)) kept += 1;
    if (sorted && kept === limit) break;         // may stop early only when in order
  }
  return { visited, sorted };
}

const questions = {
  'newest 20 paid of show 7': {
    equal: { show: 7, status: 'paid' }, order: 'created', limit: 20,
  },
  'paying, from 9,000 to 10,000': {
    equal: { status: 'paying' }, range: { created: [9_000, 10_000] }, order: 'created',
  },
};
for (const [label, question] of Object.entries(questions)) {
  console.log(label);
  const columns = [...Object.keys(question.equal), question.order];
  const tried = permutations(columns).map((list) => ({ list, ...visit(list, question) }));
  tried.sort((a, b) => a.visited - b.visited || b.sorted - a.sorted);
  for (const { list, visited, sorted } of tried) {
    console.log(`  ${list.join(', ').padEnd(24)} ${String(visited).padStart(6)} visited, `
      + (sorted ? 'in order' : 'sort needed'));
  }
}
// (show, created, status) is as good only because all of show 7's newest 20 are paid. With
// many unpaid ones among them it would visit and discard each.
