// When is the last readable copy gone, and what does a restore bring back?
const STORES = [                                 // days a copy lives on after the deletion
  { name: 'orders row', days: 0, keyed: false },
  { name: 'seat-map cache', days: 300 / 86_400, keyed: false },
  { name: 'request log', days: 14, keyed: false },
  { name: 'database backup', days: 35, keyed: true },
  { name: 'key backup', days: 7, keyed: false },
];
const KEY_BACKUP = 7;
const deleted = 3;                               // days after the request
const limit = 28;                                // a request of 31 January
const gone = ({ days, keyed }, shred) =>
  deleted + (shred && keyed ? Math.min(days, KEY_BACKUP) : days);

for (const shred of [false, true]) {
  console.log(shred ? 'one key a customer' : 'plain rows');
  for (const store of STORES.filter(({ name }) => shred || name !== 'key backup')) {
    const day = gone(store, shred);
    console.log(' ', store.name.padEnd(16), `day ${day.toFixed(1)}`.padEnd(10),
      day > limit ? 'past day 28' : '');
  }
}

// The restore: yesterday's copy knows nothing of today's erasure.
const backup = new Map([['c1', 'Ana Lima'], ['c2', 'Ben Osei']]);
const erasures = [{ request: 'e7', customer: 'c1' }];      // kept outside the backup
const restore = (ledger) => {
  const live = new Map(backup);
  ledger.forEach(({ customer }) => live.delete(customer));
  return [...live.values()].join(', ');
};
console.log('restored, as it was   ', restore([]));
console.log('restored, then erased ', restore(erasures));
