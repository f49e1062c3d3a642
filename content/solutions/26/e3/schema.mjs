const VERSIONS = {                               // which columns the code writes and reads
  v1: { writes: ['total'], reads: 'total' },
  v2: { writes: ['total', 'total_minor'], reads: 'total' },
  v3: { writes: ['total', 'total_minor'], reads: 'total_minor' },
  v4: { writes: ['total_minor'], reads: 'total_minor' },
};
const CHANGES = {
  add: (table) => table.columns.set('total_minor', { required: false }),
  backfill: ({ columns, rows }) => {
    if (!columns.has('total_minor')) throw new Error('nothing to fill: no such column');
    rows.forEach((row) => { row.total_minor ??= row.total; });
  },
  relax: ({ columns }) => columns.set('total', { required: false }),
  drop: ({ columns, rows }) => {
    columns.delete('total');
    rows.forEach((row) => delete row.total);
  },
};

function write({ columns, rows }, version) {
  const names = VERSIONS[version].writes;
  for (const name of names) {
    if (!columns.has(name)) throw new Error(`${version} writes ${name}: no such column`);
  }
  for (const [name, { required }] of columns) {
    const missing = required && !names.includes(name);
    if (missing) throw new Error(`${version} leaves ${name} empty`);
  }
  rows.push(Object.fromEntries(names.map((name) => [name, 4_500])));
}

function readAll({ columns, rows }, version) {
  const name = VERSIONS[version].reads;
  if (!columns.has(name)) throw new Error(`${version} reads ${name}: no such column`);
  if (rows.some((row) => row[name] === undefined)) {
    throw new Error(`${version} reads ${name}: an order without it`);
  }
}

export function check(plan) {                    // steps: a change, or a version to deploy
  const columns = new Map([['total', { required: true }]]);
  const table = { columns, rows: [{ total: 4_500 }] };
  let current = 'v1';
  return plan.map((step) => {
    const live = step in VERSIONS ? [current, step] : [current];
    try {                                        // old and new, side by side
      if (step in VERSIONS) current = step;
      else CHANGES[step](table);
      for (const version of live) write(table, version);
      for (const version of live) readAll(table, version);
      return { step, live, problem: null };
    } catch (error) {
      return { step, live, problem: error.message };
    }
  });
}
