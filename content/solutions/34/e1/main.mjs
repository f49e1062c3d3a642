// Ticket PDFs: per-request or reserved? Units of account, not prices.
const assumed = {
  fee: 0.005, perSlotSecond: 0.5, instanceSecond: 1, slots: 8, fill: 0.6, atLeast: 2,
};
const pdf = { work: 1.2, wait: 0.3 };   // seconds: rendering, storing
const TICKETS = 20_000;                          // one sold-out show
const DAY = 86_400;

const perCall = (a, { work, wait }) => a.fee + a.perSlotSecond * (work + wait);
const showCost = (a) => TICKETS * perCall(a, pdf);
const dayCost = (a) => a.atLeast * a.instanceSecond * DAY;
const rate = (a) => (a.atLeast * a.slots * a.fill) / pdf.work;   // PDFs/s, reserved

console.log('per PDF           ', perCall(assumed, pdf).toFixed(3));
console.log('per show          ', showCost(assumed));
console.log('reserved, a day   ', dayCost(assumed));
const shows = dayCost(assumed) / showCost(assumed);
console.log('break-even        ', shows.toFixed(1), 'shows a day');
const minutes = TICKETS / rate(assumed) / 60;
console.log('reserved, drained ', minutes.toFixed(0), 'min after a show');
const atOnce = Math.round(200 * (pdf.work + pdf.wait));
console.log('functions at once ', atOnce, 'at 200 sold/s');

// Spare capacity that is paid for anyway costs nothing more: booking's instances at night.
const marginal = { ...assumed, atLeast: 0 };
console.log('on spare capacity ', dayCost(marginal), 'more a day');

// How wrong may an assumption be before the answer for two shows a day turns?
for (const [name, change] of [
  ['call price x2', { fee: 0.01, perSlotSecond: 1 }],
  ['call price x6', { fee: 0.03, perSlotSecond: 3 }],
  ['one instance  ', { atLeast: 1 }],
]) {
  const a = { ...assumed, ...change };
  const winner = 2 * showCost(a) < dayCost(a) ? 'per request' : 'reserved';
  console.log(name.padEnd(18), winner);
}
