// Spans as a tree, with the time each kept for itself.
export function tree(spans, trace) {
  const mine = spans.filter((each) => each.trace === trace).sort((a, b) => a.at - b.at);
  const children = (id) => mine.filter((each) => each.parent === id);
  const rows = [];
  (function walk(each, depth, aside) {
    const below = children(each.id);
    const apart = each.name.startsWith('deliver');         // works while nobody waits for it
    const waitedFor = below.filter(({ name }) => !name.startsWith('deliver'));
    const self = each.ms - waitedFor.reduce((sum, { ms }) => sum + ms, 0);
    rows.push({ depth, name: each.name, ms: each.ms, self, apart, aside: aside || apart });
    for (const child of below) walk(child, depth + 1, aside || apart);
  })(mine.find(({ parent }) => parent === undefined), 0, false);
  return { rows, orphans: mine.length - rows.length };     // a lost span hides those below it
}
