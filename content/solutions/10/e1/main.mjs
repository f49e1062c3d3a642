// Where would you cut? Reads the text of
//   git log --no-merges --name-only --format=@%s
// and tells which changes a cut would keep inside one part.

const log = `
@fee per order
handlers/orders.mjs
services/orders.mjs
tables/orders.mjs
handlers/payments.mjs
@group holds
handlers/holds.mjs
services/holds.mjs
services/orders.mjs
@seat map by block
handlers/shows.mjs
services/shows.mjs
tables/shows.mjs
@retry of charges
services/payments.mjs
@expire holds of paid orders never
services/holds.mjs
services/orders.mjs
tables/holds.mjs
@second provider
services/payments.mjs
tables/payments.mjs
@format everything
handlers/orders.mjs
handlers/payments.mjs
handlers/shows.mjs
handlers/holds.mjs
services/orders.mjs
services/payments.mjs
services/shows.mjs
services/holds.mjs
tables/orders.mjs
tables/payments.mjs
tables/shows.mjs
tables/holds.mjs
@hold with a note
handlers/holds.mjs
services/holds.mjs
services/orders.mjs
tables/holds.mjs
`;

const SWEEP = 8;                                 // more files say nothing of a wall

function parse(text) {
  const changes = [];
  for (const line of text.split('\n').filter(Boolean)) {
    if (line.startsWith('@')) changes.push({ title: line.slice(1), files: new Set() });
    else if (changes.length > 0) changes.at(-1).files.add(line);
    else throw new Error(`a file before the first change: ${line}`);
  }
  return changes;
}

function judge(changes, partOf) {
  const crossing = new Map();                    // two files in two parts -> changes
  let inside = 0;
  for (const { files } of changes) {
    const parts = new Set([...files].map(partOf));
    if (parts.size === 1) inside += 1;
    const list = [...files].sort();
    for (const [i, a] of list.entries()) {
      for (const b of list.slice(i + 1)) {
        if (partOf(a) === partOf(b)) continue;
        const pair = `${a} + ${b}`;
        crossing.set(pair, (crossing.get(pair) ?? 0) + 1);
      }
    }
  }
  const [pair, times] = [...crossing].sort((a, b) => b[1] - a[1])[0] ?? ['none', 0];
  return { inside, pair, times };
}

const all = parse(log);
const changes = all.filter(({ files }) => files.size <= SWEEP);
console.log(`${changes.length} of ${all.length} changes count`);

const noun = (file) => /\/(\w+)\.mjs$/.exec(file)[1];
const cuts = {
  'by noun': noun,
  'holds with orders': (file) =>
    (['holds', 'orders'].includes(noun(file)) ? 'booking' : noun(file)),
};
for (const [label, partOf] of Object.entries(cuts)) {
  const { inside, pair, times } = judge(changes, partOf);
  console.log(`${label}: ${inside} inside; most crossed (${times}): ${pair}`);
}
