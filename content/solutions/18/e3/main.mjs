// Two times: when it holds (valid) and when we learned of it (recorded).
const facts = [
  { type: 'paid', amount: 13_500, valid: '2026-02-20', recorded: '2026-02-20' },
  { type: 'refunded', amount: 4_500, valid: '2026-02-27', recorded: '2026-03-03' },
  { type: 'refunded', amount: 4_500, valid: '2026-03-06', recorded: '2026-03-06' },
  { type: 'reversed', amount: 4_500, valid: '2026-02-27', recorded: '2026-03-10' },
];
const SIGN = { paid: 1, refunded: -1, reversed: 1 };

function balance({ valid, known }) {             // dates in one format compare as texts
  return facts
    .filter((fact) => fact.valid <= valid && fact.recorded <= known)
    .reduce((sum, { type, amount }) => sum + SIGN[type] * amount, 0);
}

const knowns = ['2026-03-01', '2026-03-05', '2026-03-12'];
console.log('balance at the end of ', ...knowns.map((day) => `known ${day}`));
for (const valid of ['2026-02-28', '2026-03-31']) {
  const cells = knowns.map((known) => String(balance({ valid, known })).padStart(16));
  console.log(valid.padEnd(21), cells.join(''));
}
const [told, corrected] = [knowns[0], knowns[2]].map((known) =>
  balance({ valid: '2026-02-28', known }));
console.log('February as stated, and as we know it now:', told, corrected);
const march = balance({ valid: '2026-02-28', known: knowns[1] });
console.log('a statement printed on 5 March said', march);
