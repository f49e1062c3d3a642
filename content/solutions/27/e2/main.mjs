// Which flags should go, in which order, and what stands in the way?
const TODAY = '2026-11-28';
const flags = [
  { name: 'seat-map-v2', kind: 'release', ends: '2026-10-01', share: 1,
    changed: '2026-09-02' },
  { name: 'pay-in-two', kind: 'release', ends: '2026-12-15', share: 0.25,
    changed: '2026-11-20' },
  { name: 'queue-copy', kind: 'experiment', ends: '2026-11-01', share: 0.5,
    changed: '2026-10-01' },
  { name: 'stop-mail', kind: 'ops', ends: null, share: 0, changed: '2026-03-01',
    drilled: '2026-03-01' },
  { name: 'resale', kind: 'permission', ends: null, share: 0, changed: '2025-05-01' },
];
const reads = { 'seat-map-v2': ['catalog', 'booking'], 'queue-copy': ['gateway'],
  'pay-in-two': ['payments'], 'stop-mail': ['notifier'], resale: ['catalog'],
  'old-fees': ['booking'] };
const days = (from) => (Date.parse(TODAY) - Date.parse(from)) / 86_400_000;

function verdict({ name, kind, ends, share, changed, drilled }) {
  const places = reads[name]?.length ?? 0;
  if (kind === 'permission') return 'keep: an entitlement, move to the account service';
  if (kind === 'ops') {
    return days(drilled) > 90 ? `drill: last one ${days(drilled)} days ago` : 'keep';
  }
  if (kind === 'experiment' && days(ends) > 0) return `decide: ${days(ends)} days late`;
  if (days(ends) <= 0) return 'in time';
  return share === 1 && days(changed) > 14
    ? `remove the else branch in ${places} services, then the flag`
    : `late: ${days(ends)} days, still at ${share * 100}%`;
}

for (const flag of flags) console.log(flag.name.padEnd(12), verdict(flag));
const known = new Set(flags.map(({ name }) => name));
for (const [name, services] of Object.entries(reads)) {
  if (!known.has(name)) console.log(name.padEnd(12), `read by ${services}, not registered`);
}
