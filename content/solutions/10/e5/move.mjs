import { createHash } from 'node:crypto';

const percentile = (orderId) =>                  // the same order, the same number, always
  createHash('sha256').update(orderId).digest().readUInt32BE(0) / 2 ** 32 * 100;

export function createMove({ old, next, report }) {
  const owners = new Map();                      // order ID -> side; a row beside the order
  const comparing = new Set();                   // shadow questions still under way
  let share = 0;
  let shadow = false;

  function sideOf(orderId) {                     // decided once, kept for every repeat
    if (!owners.has(orderId)) {
      owners.set(orderId, percentile(orderId) < share ? 'next' : 'old');
    }
    return owners.get(orderId) === 'next' ? next : old;
  }

  async function compare(method, request, answer) {
    try {
      const other = await next[method](request);
      const same = JSON.stringify(other) === JSON.stringify(answer);
      if (!same) report({ method, request, answer, other });
    } catch (error) {
      report({ method, request, error: error.message });
    }
  }

  return {
    // What booking sees: the same facade as before.
    charge: (request) => sideOf(request.orderId).charge(request),
    async feeFor(request) {                      // a read may be asked twice
      const answer = await old.feeFor(request);
      if (shadow) {                              // not awaited: a slow side delays nobody
        const question = compare('feeFor', request, answer)
          .finally(() => comparing.delete(question));
        comparing.add(question);
      }
      return answer;
    },

    // What the team operates.
    setShare(percent) { share = percent; },
    setShadow(on) { shadow = on; },
    compared: () => Promise.all(comparing),
    async copy() {                               // repeatable: a record has one ID
      let copied = 0;
      for (const record of old.records()) {
        if (owners.get(record.orderId) === 'next') continue;
        await next.adopt(record);
        owners.set(record.orderId, 'next');      // only after the record is there
        copied += 1;
      }
      return copied;
    },
  };
}
