// Policy as code: each rule names its source, and reads only what the pipeline recorded.
const HOUR = 3_600_000;
const RULES = [
  { id: 'four-eyes', source: 'ISO/IEC 27001:2022 A.5.3',
    breaks: (c) => !c.emergency && !c.approvers?.some((who) => who && who !== c.author) },
  { id: 'tested', source: 'PCI DSS 6.5.1',
    breaks: (c) => c.tests !== 'passed' },
  { id: 'same-artifact', source: 'ISO/IEC 27001:2022 A.8.32',
    breaks: (c) => !c.built || c.built !== c.deployed },
  { id: 'late-review', source: 'our rule: 24 hours after an emergency',
    breaks: (c) => c.emergency
      && !(c.reviewedBy && c.reviewedBy !== c.author && c.reviewedAt - c.at <= 24 * HOUR) },
];
const change = (id, over = {}) => ({ id, author: 'mina', approvers: ['jo'], tests: 'passed',
  built: 'sha256:aa', deployed: 'sha256:aa', at: 0, ...over });

const CHANGES = [
  change('c1'),
  change('c2', { approvers: ['mina'] }),         // approved by its author
  change('c3', { tests: undefined }),            // no record is no proof
  change('c4', { deployed: 'sha256:bb' }),
  change('c5', { approvers: [], emergency: true, reviewedBy: 'jo', reviewedAt: 5 * HOUR }),
  change('c6', { approvers: [], emergency: true, reviewedBy: 'jo', reviewedAt: 30 * HOUR }),
  change('c7', { built: undefined, deployed: undefined }),   // two missing records are not equal
];

for (const c of CHANGES) {
  const broken = RULES.filter((rule) => rule.breaks(c));
  console.log(c.id, broken.length === 0 ? 'ok' : '');
  broken.forEach(({ id, source }) => console.log(`   ${id.padEnd(14)} ${source}`));
}
