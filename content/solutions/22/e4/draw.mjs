import { createHash } from 'node:crypto';

const hash = (text) => createHash('sha256').update(text).digest('hex');

export function createDraw({ now, opens, closes, seed, risk, audit = [] }) {
  const entries = new Map();                     // card -> { account, state }
  const bought = new Map();                      // card -> seats
  const record = (what, fields) => audit.push({ at: now(), what, ...fields });

  async function enter({ account, card }) {
    if (now() < opens || now() >= closes) return { ok: false, reason: 'closed' };
    if (entries.has(card)) return { ok: false, reason: 'card-has-entry' };
    entries.set(card, { account, state: 'asked' });         // taken before anyone is asked
    let verdict;
    try {
      verdict = await risk({ account, card });
    } catch (error) {
      record('risk-failed', { account, error: error.message });
    }
    const known = Number.isFinite(verdict) && verdict >= 0 && verdict <= 100;
    const state = known && verdict <= 80 ? 'in' : 'review'; // never dropped in silence
    entries.get(card).state = state;
    record('entry', { account, state, risk: known ? verdict : 'none' });
    return { ok: true, state };
  }

  function clear(card, by, reason) {             // a person reviews, with a reason
    const entry = entries.get(card);
    if (entry?.state !== 'review') return false;
    entry.state = 'in';
    record('cleared', { account: entry.account, by, reason });
    return true;
  }

  const order = () => [...entries].filter(([, { state }]) => state === 'in')
    .map(([card]) => card).sort((a, b) => (hash(seed + a) < hash(seed + b) ? -1 : 1));

  function buy(card, seats) {
    const had = bought.get(card) ?? 0;
    if (entries.get(card)?.state !== 'in') return { ok: false, reason: 'not-drawn' };
    if (!Number.isInteger(seats) || seats < 1) return { ok: false, reason: 'seats' };
    if (had + seats > 4) return { ok: false, reason: 'limit' };
    bought.set(card, had + seats);
    return { ok: true };
  }
  return { enter, clear, order, buy, audit, commitment: hash(seed) };
}
