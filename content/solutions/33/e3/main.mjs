// Quorum sizes by trying all sets, not by formula.
const subsets = (ids, size) => (size === 0 ? [[]] : ids.flatMap((id, i) =>
  subsets(ids.slice(i + 1), size - 1).map((rest) => [id, ...rest])));
const meet = (as, bs) => as.every((a) => bs.every((b) => a.some((id) => b.includes(id))));

console.log('N  W  R   read meets write   writes meet   down: writes / reads');
for (const [n, w, r] of [[3, 2, 2], [3, 3, 1], [3, 1, 3], [3, 1, 1], [4, 3, 2], [5, 3, 3],
  [5, 4, 2], [5, 2, 3]]) {
  const ids = ['A', 'B', 'C', 'D', 'E'].slice(0, n);
  const [writes, reads] = [subsets(ids, w), subsets(ids, r)];
  console.log(n, '', w, '', r, (meet(writes, reads) ? 'yes' : 'no').padStart(18),
    (meet(writes, writes) ? 'yes' : 'no').padStart(13), `${n - w} / ${n - r}`.padStart(22));
}

console.log('\nwrites work with 1 down, reads with 2, and each read meets each write:');
for (const n of [3, 4, 5]) {
  const fits = [];
  for (let w = 1; w <= n - 1; w += 1) {
    for (let r = 1; r <= n - 2; r += 1) if (w + r > n) fits.push(`W=${w} R=${r}`);
  }
  console.log(`N=${n}:`, fits.join(', ') || 'none');
}

const home = ['A', 'B', 'C'];                    // N = 3, of five machines
const all = [...home, 'D', 'E'];
const strict = subsets(home, 2);
const sloppy = subsets(all, 2);                  // stand-ins take what they cannot deliver
const say = (writes) => (meet(writes, strict) ? 'always meet' : 'may miss');
const write = sloppy.find((w) => !meet([w], strict));
const read = strict.find((r) => !meet([write], [r]));
console.log('\nN=3 W=2 R=2, strict sets:   ', say(strict));
console.log('N=3 W=2 R=2, with stand-ins:', say(sloppy));
console.log('for example write', write.join(''), 'and read', read.join(''));
