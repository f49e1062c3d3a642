const FINDINGS = [                               // invented: cvss, epss, exposure, harm in EUR
  { id: 'F1 image library', cvss: 9.8, epss: 0.02, reach: 0, harm: 400_000 },
  { id: 'F2 report tool', cvss: 9.1, epss: 0.01, reach: 0.2, harm: 60_000 },
  { id: 'F3 gateway', cvss: 9.3, epss: 0.6, reach: 1, harm: 120_000 },
  { id: 'F4 XML parser', cvss: 8.8, epss: 0.45, reach: 0, harm: 90_000 },
  { id: 'F5 webhooks', cvss: 6.5, epss: 0.3, reach: 1, harm: 300_000 },
  { id: 'F6 PDF of tickets', cvss: 7.2, epss: 0.1, reach: 1, harm: 80_000, seen: true },
  { id: 'F7 admin page', cvss: 8.1, epss: 0.05, reach: 0.2, harm: 250_000 },
  { id: 'F8 test helper', cvss: 9.4, epss: 0.001, reach: 0, harm: 10_000 },
];
const chance = ({ epss, seen }) => (seen ? 1 : epss);       // evidence beats a forecast
const loss = (f) => chance(f) * f.reach * f.harm;
const total = FINDINGS.reduce((sum, f) => sum + loss(f), 0);

function plan(name, score) {
  const first = FINDINGS.toSorted((a, b) => score(b) - score(a)).slice(0, 3);
  const avoided = first.reduce((sum, f) => sum + loss(f), 0);
  console.log(name.padEnd(14), first.map((f) => f.id.slice(0, 2)).join(' '),
    `${(100 * avoided / total).toFixed(1)}% of expected loss`);
}
plan('by CVSS', (f) => f.cvss);
plan('by EPSS', (f) => f.epss);
plan('by loss', loss);
