// How steps grow: one letter more doubles them (exponential), or twice the text (linear).
function backtrack(program, text) {
  let steps = 0;
  function run(pc, at) {
    steps += 1;
    const { char, split, end } = program[pc];
    if (split) return split.some((way) => run(way, at));
    if (char) return text[at] === char && run(pc + 1, at + 1);
    return end ? at === text.length && run(pc + 1, at) : true;
  }
  return { matched: run(0, 0), steps };
}

const a = { char: 'a' };
const or = (...split) => ({ split });
const END = [{ end: true }, {}];
const patterns = {
  '^(a+)+$': [a, or(0, 2), or(0, 3), ...END],
  '^(a|a)*$': [or(1, 6), or(2, 4), a, or(0), a, or(0), ...END],
  '^a*a*$': [or(1, 3), a, or(0), or(4, 6), a, or(3), ...END],
  '^a+$': [a, or(0, 2), ...END],
};

const count = (program, n) => backtrack(program, `${'a'.repeat(n)}!`).steps;
for (const [name, program] of Object.entries(patterns)) {
  const [eight, nine, sixteen] = [8, 9, 16].map((n) => count(program, n));
  const [more, twice] = [nine / eight, sixteen / eight];
  const growth = more > 1.9 ? 'exponential' : twice > 3 ? 'quadratic' : 'linear';
  const columns = [eight, nine, sixteen].map((n) => String(n).padStart(7)).join('');
  const factors = `+1: ${more.toFixed(2)}  double: ${twice.toFixed(1)}`;
  console.log(name.padEnd(9), columns, ' ', factors.padEnd(25), growth);
}

for (const text of ['', 'a', 'aaaa', 'aa!', '!']) {        // the rewrite accepts the same
  const answers = [/^(a+)+$/, /^a+$/].map((pattern) => pattern.test(text));
  if (answers[0] !== answers[1]) throw new Error(`differ on ${JSON.stringify(text)}`);
}
console.log('^(a+)+$ and ^a+$ agree on all samples');
