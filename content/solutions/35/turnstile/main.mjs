// Turnstile on one machine: one purchase, an on-sale with a crash, a power cut, four drills.
// node main.mjs          facts on standard output, measured times on standard error
import { readFile } from 'node:fs/promises';
import { createCrowd, seeded, tracedPurchase } from './ops/buyers.mjs';
import { audit } from './ops/audit.mjs';
import { drills } from './ops/drills.mjs';
import { tree } from './ops/report.mjs';
import { startTurnstile } from './ops/system.mjs';

const seats = (count) => Array.from({ length: count }, (_, i) => `A${i + 1}`);
const say = (label, ...values) => console.log(`  ${label.padEnd(29)}`, ...values);
const SHOWS = { show_trace: seats(1), show_opening: seats(100), show_dns: seats(2),
  show_database: seats(40), show_payments: seats(40), show_deploy: seats(500) };

const turnstile = await startTurnstile({ shows: SHOWS });
const check = (show, journal = turnstile.files.a) =>
  audit({ journal, captures: turnstile.provider.captures, show });

console.log('one purchase');
const trace = await tracedPurchase(turnstile, { name: 'ana', show: 'show_trace' });
await turnstile.echo();                          // all processes have sent their spans
const { rows, orphans } = tree(turnstile.spans, trace);
for (const { depth, name, apart } of rows) {
  console.log(`  ${'  '.repeat(depth)}${name}${apart ? ' (after the answer)' : ''}`);
}
for (const { depth, name, ms, self } of rows) {
  console.error(`${ms.toFixed(2).padStart(8)} ms, self ${self.toFixed(2).padStart(7)}`,
    '  '.repeat(depth), name);
}
say('spans without their parent', orphans);
say('no self time below zero', rows.every(({ aside, self }) => aside || self > -0.01));

async function report(show) {
  const { sold, taken, owed, ...faults } = await check(show);
  const copies = await Promise.all([turnstile.files.a, turnstile.files.b].map((path) =>
    readFile(path)));
  say('sold', sold);
  say('primary and standby equal', copies[0].equals(copies[1]));
  say('money taken, and owed', taken, owed, 'EUR cents');
  for (const [name, label] of [['doubleSales', 'double sales'], ['doubleCharges',
    'double charges'], ['paidNotCharged', 'paid, not charged'], ['chargedNotPaid',
    'charged, not paid'], ['withoutTicket', 'paid, no ticket'], ['unexplained',
    'paid, history incomplete']]) say(label, faults[name]);
}

console.log('on-sale: 1,000 buyers, 100 seats; booking is killed when 40 have paid');
await turnstile.crashBookingAt(40);
turnstile.provider.mode.loseEvery = 7;           // every 7th answer is lost after the capture
const crowd = createCrowd(turnstile);
const bot = { token: turnstile.tokens.issue('bot'), path: '/v1/shows/show_opening/seats' };
const asked = await Promise.all(Array.from({ length: 200 }, () => crowd.ask(bot.token, bot)));
say('a bot asks 200 times', 'refused more than 100:',
  asked.filter(({ status }) => status === 429).length > 100);
const random = seeded(35);
const people = Array.from({ length: 1_000 }, (_, i) => ({
  name: `buyer${i}`, random: seeded(1_000 + i),
  leaves: random() < 0.1, twice: random() < 0.2,
  card: random() < 0.05 ? 'card_declined' : 'card_good' }));
const started = performance.now();
const first = await Promise.all(people.map((one) => crowd.buy({ ...one, show: 'show_opening' })));
await turnstile.advance(300_000);                    // holds of those who left are over
const later = people.filter(({ name }, i) => first[i].result === 'nothing free')
  .map((one) => ({ ...one, leaves: false, card: 'card_good' }));
const second = await Promise.all(later.map((one) => crowd.buy({ ...one, show: 'show_opening' })));
console.error(`on-sale: ${((performance.now() - started) / 1_000).toFixed(1)} s`);
for (const [where, list] of [['buyers', crowd.holdMs], ['the edge', turnstile.edge.holdMs]]) {
  const ms = list.toSorted((a, b) => a - b);
  const at = (share) => `${ms[Math.ceil(ms.length * share) - 1].toFixed(0)} ms`;
  console.error(`${ms.length} holds, as ${where} saw them: p50 ${at(0.5)}, p99 ${at(0.99)}`);
}
const results = [...first, ...second];
const having = (result) => results.filter((one) => one.result === result);
say('buyers with a ticket', having('ticketed').length);
say('declined, or left', having('declined').length > 0, having('left').length > 0);
say('any other end', results.filter(({ result }) =>
  !['ticketed', 'declined', 'left', 'nothing free'].includes(result)).map((one) => one.result));
say('booking was restarted', turnstile.restarts());
turnstile.provider.mode.loseEvery = 0;
await report('show_opening');

console.log('power cut: all processes killed, the last record torn; then a replay');
const { torn } = await turnstile.powerCut();
say('bytes of torn records cut off', torn);
await report('show_opening');
const tickets = await Promise.all(having('ticketed').map(async ({ name, order, ticket }) => {
  const answer = await crowd.get(turnstile.tokens.issue(name), `/v1/orders/${order}`);
  return answer.ticket === ticket;
}));
say('tickets read again, the same', tickets.filter(Boolean).length);
crowd.close();

await drills({ turnstile, check, say });
await turnstile.close();
