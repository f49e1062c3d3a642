const ZONES = { browser: 'outside', promoter: 'outside', provider: 'outside',
  gateway: 'edge', booking: 'inside', payments: 'inside', database: 'data' };
const KINDS = { browser: 'external', promoter: 'external', provider: 'external',
  gateway: 'process', booking: 'process', payments: 'process', database: 'store' };
const ASK = { external: 'SR', process: 'STRIDE', store: 'TRID', flow: 'TID' };

const FLOWS = [
  ['browser', 'gateway', 'holds, orders'],
  ['promoter', 'gateway', 'shows, webhook address'],
  ['gateway', 'booking', 'request, identity'],
  ['booking', 'payments', 'order, amount'],
  ['payments', 'provider', 'charge'],
  ['provider', 'payments', 'report'],
  ['booking', 'database', 'rows'],
];
const ANSWERS = new Map([                        // threat -> the control and its test
  ['S browser', 'session, m09'], ['T browser>gateway', 'TLS'], ['I browser>gateway', 'TLS'],
  ['D browser>gateway', 'limits, m06'], ['R browser', 'log of orders'],
  ['S promoter', 'login, tenant'], ['S provider', 'signed report'],
]);

function model(zones) {
  const crossing = FLOWS.filter(([from, to]) => zones[from] !== zones[to]);
  const threats = new Set();
  for (const [from, to] of crossing) {
    for (const letter of ASK.flow) threats.add(`${letter} ${from}>${to}`);
    for (const end of [from, to]) {
      for (const letter of ASK[KINDS[end]]) threats.add(`${letter} ${end}`);
    }
  }
  return { crossing, threats, open: [...threats].filter((threat) => !ANSWERS.has(threat)) };
}

const { crossing, threats, open } = model(ZONES);
console.log(`${crossing.length} of ${FLOWS.length} flows cross a boundary,`,
  `${threats.size} questions, ${open.length} open`);
for (const [from, to, what] of crossing) {
  const letters = open.filter((t) => t.endsWith(` ${from}>${to}`)).map((t) => t[0]).join('');
  console.log(`${from} > ${to} (${what}): open ${letters || 'none'}`);
}
const split = model({ ...ZONES, payments: 'money' });
console.log(`payments in a zone of its own: ${split.crossing.length} flows,`,
  `${split.threats.size} questions`);
