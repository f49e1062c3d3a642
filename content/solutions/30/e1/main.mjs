// Is it a valid request, and was it good? Limits in milliseconds, by step of the journey.
const LIMIT = { seats: 300, holds: 500, orders: 3_000 };
const REFUSED_BY_RULE = new Set([409, 422]);     // seat taken, card declined: working as meant

export function judge({ step, status, ms, probe = false }) {
  if (!Object.hasOwn(LIMIT, step)) throw new RangeError(`unknown step ${step}`);
  if (probe) return 'not counted';               // ours, not a customer's
  if (REFUSED_BY_RULE.has(status)) return ms <= LIMIT[step] ? 'good' : 'bad';
  if (status >= 500) return 'bad';               // we could not, or shed it
  if (status >= 400) return 'not counted';       // the caller's doing, 429 over a quota included
  return ms <= LIMIT[step] ? 'good' : 'bad';
}

const samples = [
  { step: 'holds', status: 201, ms: 120 }, { step: 'holds', status: 201, ms: 900 },
  { step: 'holds', status: 409, ms: 30 }, { step: 'holds', status: 400, ms: 4 },
  { step: 'holds', status: 429, ms: 2 }, { step: 'orders', status: 503, ms: 5 },
  { step: 'orders', status: 422, ms: 800 }, { step: 'seats', status: 200, ms: 299 },
  { step: 'seats', status: 200, ms: 100, probe: true },
];
for (const s of samples) {
  console.log(s.step.padEnd(6), s.status, String(s.ms).padStart(3), 'ms', s.probe ? 'probe' : '     ',
    judge(s));
}

const MINUTES = 30 * 24 * 60;
const perMinute = 6_000;
const saleRequests = 4_000 * 600;
for (const nines of [99, 99.9, 99.99]) {
  const share = Number((1 - nines / 100).toFixed(6));
  const may = Math.round(MINUTES * perMinute * share);
  console.log(`${nines}%:`, (MINUTES * share).toFixed(2), 'min,', may, 'requests;',
    `ten lost minutes of the on-sale: ${Math.round((saleRequests / may) * 100)}%`);
}
