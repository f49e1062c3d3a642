// Which files change together although no import ties them? Invented history.
const imports = new Set(['booking/order.mjs -> payments/charge.mjs']);
const commits = [                                // one line a commit
  ...Array(9).fill('booking/order.mjs payments/charge.mjs'),
  ...Array(7).fill('booking/order.mjs notifier/templates.mjs'),
  ...Array(3).fill('booking/order.mjs'),
  ...Array(1).fill('notifier/templates.mjs'),
  ...Array(6).fill('catalog/texts.mjs'),
  ...Array(2).fill('catalog/texts.mjs gateway/routes.mjs'),
  Array.from({ length: 40 }, (_, i) => `renamed/file${i}.mjs`).join(' ')
    + ' catalog/texts.mjs gateway/routes.mjs',
].map((line) => line.split(' '));

export function together(log, { maxFiles = 20, minShared = 5, minShare = 0.6 } = {}) {
  const [alone, pairs] = [new Map(), new Map()];
  const count = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const files of log.filter(({ length }) => length <= maxFiles)) {
    for (const file of files) count(alone, file);
    const sorted = [...files].sort();
    sorted.forEach((a, i) => sorted.slice(i + 1).forEach((b) => count(pairs, `${a} ${b}`)));
  }
  return [...pairs].map(([pair, shared]) => {
    const [a, b] = pair.split(' ');              // of the rarer one's changes, how many?
    return { a, b, shared, share: shared / Math.min(alone.get(a), alone.get(b)) };
  }).filter(({ shared, share }) => shared >= minShared && share >= minShare)
    .sort((x, y) => y.share - x.share);
}

for (const { a, b, shared, share } of together(commits)) {
  const tied = imports.has(`${a} -> ${b}`) || imports.has(`${b} -> ${a}`);
  console.log(`${a} + ${b}: ${shared} together, ${(100 * share).toFixed(0)}%,`,
    tied ? 'an import says so' : 'NO IMPORT SAYS SO');
}
const everything = together(commits, { maxFiles: Infinity, minShared: 1, minShare: 1 });
console.log(`pairs if one mass rename is counted: ${everything.length}`);
