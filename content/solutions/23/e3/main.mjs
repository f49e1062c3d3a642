// A thief with one admin session copies what it can read, once an hour, until it is cut off.
const SECRETS = ['orders-db', 'card-provider', 'mail', 'webhook-key'];

function respond(order) {                        // [hour, step] in the order they are done
  const world = { session: true, minted: true, version: new Map(SECRETS.map((s) => [s, 1])) };
  const loot = new Map();                        // secret -> version in the thief's hands
  let log = true;
  const steps = {
    preserve: () => { log = 'copied'; },
    session: () => { world.session = false; },
    minted: () => { world.minted = false; },
    rotate: () => { for (const [s, v] of world.version) world.version.set(s, v + 1); },
    wipe: () => { if (log !== 'copied') log = false; },
  };
  for (let hour = 0; hour <= 6; hour += 1) {
    for (const step of order.filter(([at]) => at === hour)) steps[step[1]]();
    if (world.session) world.minted = true;      // a session can mint a new token at any time
    if (world.minted) for (const [s, v] of world.version) loot.set(s, v);
  }
  const valid = SECRETS.filter((s) => loot.get(s) === world.version.get(s)).length;
  return { valid, log: log ? 'kept' : 'lost' };
}
const orders = {
  'rotate, then cut': [[1, 'rotate'], [2, 'session'], [3, 'minted'], [4, 'wipe']],
  'cut the session only': [[1, 'session'], [2, 'rotate'], [3, 'preserve'], [4, 'wipe']],
  'tokens before session': [[1, 'preserve'], [2, 'minted'], [3, 'session'], [4, 'rotate']],
  'preserve, cut, rotate': [
    [1, 'preserve'], [2, 'session'], [3, 'minted'], [4, 'rotate'], [5, 'wipe'],
  ],
};
console.log('order                   secrets still valid for the thief   evidence');
for (const [name, order] of Object.entries(orders)) {
  const { valid, log } = respond(order);
  console.log(name.padEnd(23), `${valid} of ${SECRETS.length}`.padStart(35), log.padStart(10));
}
