// The invariants, from what is on the disks and what the provider has taken. Nothing is imported
// from the services, the journal's reader included, so a bug of theirs can't hide itself here.
import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

const twice = (counts) => [...counts.values()].filter((n) => n > 1).length;
function tally(list) {
  const counts = new Map();
  for (const each of list) counts.set(each, (counts.get(each) ?? 0) + 1);
  return counts;
}

function batchesOf(bytes, name) {                // strict: nothing may be torn while nobody writes
  const batches = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at);
    const body = bytes.subarray(at + 8, end);
    if (end > bytes.length || crc32(body) !== bytes.readUInt32BE(at + 4)) {
      throw new Error(`${name}: unreadable at byte ${at}`);
    }
    batches.push(JSON.parse(body.toString('utf8')));
    at = end;
  }
  return batches;
}

export async function audit({ journal, captures, show }) {
  const batches = batchesOf(await readFile(journal), journal);
  const holds = new Map();                       // hold -> its events, in the order written
  for (const { hold, events = [] } of batches.flatMap((batch) => batch.records)) {
    holds.set(hold, [...(holds.get(hold) ?? []), ...events]);
  }
  const ofShow = [...holds.values()].filter(([first]) => first.show === show);
  const sold = ofShow.filter((events) => events.some(({ type }) => type === 'paid'));
  const find = (events, type) => events.find((event) => event.type === type);
  const ordersOf = (list) => new Set(list.flat()
    .filter(({ type }) => type === 'ordered').map(({ order }) => order));
  const [orders, known] = [ordersOf(ofShow), ordersOf([...holds.values()])];
  const taken = captures.filter(({ order }) => orders.has(order));
  const paidOrders = new Set(sold.map((events) =>
    events.findLast(({ type }) => type === 'ordered').order));
  const sum = (list) => list.reduce((total, { amount }) => total + amount, 0);
  const story = (events) => events.map(({ type }) => type).join(' ');
  return {
    sold: sold.length,
    doubleSales: twice(tally(sold.map(([{ seat }]) => seat))),
    doubleCharges: twice(tally(taken.map(({ order }) => order))),
    paidNotCharged: [...paidOrders].filter((id) => !taken.some(({ order }) => order === id)).length,
    chargedNotPaid: captures.filter(({ order }) =>         // or for an order that no disk knows
      !known.has(order) || (orders.has(order) && !paidOrders.has(order))).length,
    withoutTicket: sold.filter((events) => !find(events, 'ticketed')).length,
    unexplained: sold.filter((events) =>
      story(events) !== 'placed ordered paid ticketed').length,
    expired: ofShow.filter((events) => find(events, 'ended')?.why === 'expired').length,
    taken: sum(taken), owed: sum(sold.map(([first]) => first)),
  };
}
