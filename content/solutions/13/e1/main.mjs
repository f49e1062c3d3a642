// Dependencies are pairs of a list of columns and one column: [['show'], 'venue'].

function closure(columns, dependencies) {        // all that follows from these columns
  const known = new Set(columns);
  for (let before = -1; before < known.size;) {
    before = known.size;
    for (const [left, right] of dependencies) {
      if (left.every((column) => known.has(column))) known.add(right);
    }
  }
  return known;
}

function subsets(columns) {                      // smallest first
  const all = Array.from({ length: 2 ** columns.length }, (_, bits) =>
    columns.filter((_, place) => bits & (1 << place)));
  return all.sort((a, b) => a.length - b.length);
}

function keys(columns, dependencies) {           // no smaller key lies within a key
  const found = [];
  for (const set of subsets(columns)) {
    if (found.some((key) => key.every((column) => set.includes(column)))) continue;
    if (closure(set, dependencies).size === columns.length) found.push(set);
  }
  return found;
}

const violations = (columns, dependencies) => dependencies.filter(([left, right]) =>
  !left.includes(right) && closure(left, dependencies).size < columns.length);

// Of the given dependencies, those whose columns all lie in the table. That is enough here;
// in general those that follow from others must be looked at too.
const within = (columns, dependencies) => dependencies.filter(([left, right]) =>
  [...left, right].every((column) => columns.includes(column)));

function decompose(columns, dependencies) {
  const here = within(columns, dependencies);
  const all = (left) => [...closure(left, dependencies)].filter((c) => columns.includes(c));
  const bad = here.filter(([left, right]) =>
    !left.includes(right) && all(left).length < columns.length);
  if (bad.length === 0) return [columns];
  // First a column that no other sentence starts from, so that none is torn apart.
  const needed = ([, right]) => here.some(([left]) => left.includes(right));
  const [left, right] = bad.find((one) => !needed(one)) ?? bad[0];
  const rest = columns.filter((column) => column !== right);
  return [[...left, right], ...decompose(rest, dependencies)];
}

const show = ([left, right]) => `${left.join(', ')} -> ${right}`;
function report(name, columns, dependencies) {
  const tables = decompose(columns, dependencies);
  const lost = dependencies.filter((one) =>
    !tables.some((table) => within(table, [one]).length === 1));
  console.log(name);
  for (const key of keys(columns, dependencies)) console.log('  key      ', key.join(', '));
  for (const one of violations(columns, dependencies)) {
    console.log('  violates ', show(one));
  }
  for (const table of tables) console.log('  table    ', table.join(', '));
  for (const one of lost) console.log('  lost     ', show(one));
}

report('sale', ['show', 'seat', 'venue', 'venue_name', 'section', 'amount', 'customer'], [
  [['show'], 'venue'],
  [['venue'], 'venue_name'],
  [['venue', 'seat'], 'section'],
  [['show', 'section'], 'amount'],
  [['show', 'seat'], 'customer'],
]);
report('shifts', ['show', 'usher', 'gate'], [
  [['show', 'usher'], 'gate'],
  [['gate'], 'usher'],
]);
