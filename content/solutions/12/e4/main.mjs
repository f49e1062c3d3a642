// Can a reader with one schema read what a writer with another has written?
function canRead(reader, writer) {
  return Object.entries(reader).every(([name, wanted]) => {
    const given = writer[name];
    if (!given || given.optional) if (!wanted.optional && !('default' in wanted)) return false;
    if (!given) return true;
    if (given.type !== wanted.type) return false;
    if (!wanted.values || wanted.elseAs) return true;      // elseAs: unknown values are caught
    return (given.values ?? []).every((value) => wanted.values.includes(value));
  });
}

const v1 = {                                     // the event "order paid"
  orderId: { type: 'string' },
  amount: { type: 'integer' },
  seat: { type: 'string' },
  gate: { type: 'string', optional: true },
  channel: { type: 'string', values: ['web', 'reseller'] },
};
const without = (name) => {
  const { [name]: _, ...rest } = v1;
  return rest;
};
const changes = {
  'add optional "promo"': { ...v1, promo: { type: 'string', optional: true } },
  'add required "currency"': { ...v1, currency: { type: 'string' } },
  'the same with a default': { ...v1, currency: { type: 'string', default: 'EUR' } },
  'remove optional "gate"': without('gate'),
  'remove required "seat"': without('seat'),
  'amount becomes an object': { ...v1, amount: { type: 'object' } },
  'new channel "app"': { ...v1,
    channel: { type: 'string', values: ['web', 'reseller', 'app'] } },
};
// What each consumer really reads: its contract.
const pick = (...names) => Object.fromEntries(names.map((name) => [name, v1[name]]));
const consumers = {
  ticketing: pick('orderId', 'seat', 'gate'),
  notifier: pick('orderId', 'amount'),
  payouts: { ...pick('orderId', 'amount'), channel: { ...v1.channel, elseAs: 'web' } },
};

console.log('change                     backward forward  may go first   broken consumers');
for (const [name, v2] of Object.entries(changes)) {
  const backward = canRead(v2, v1);              // new readers, old data
  const forward = canRead(v1, v2);               // old readers, new data
  const first = backward && forward ? 'either' : backward ? 'readers' : forward ? 'writers'
    : 'nobody';
  const broken = Object.keys(consumers).filter((c) => !canRead(consumers[c], v2));
  console.log(name.padEnd(26), (backward ? 'yes' : 'no').padEnd(8),
    (forward ? 'yes' : 'no').padEnd(8), first.padEnd(14), broken.join(' ') || 'none');
}
