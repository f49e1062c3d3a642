// Narrow a grant from what was used, and show what the narrower one would have refused.
const GRANT = [
  'secret:read secret/booking/*', 'secret:read secret/booking-admin/*',
  'key:unwrap key/orders', 'queue:send queue/*', 'queue:purge queue/*', 'role:assign role/*',
];
const USED = [                                   // action, resource, calls in 90 days
  ['secret:read', 'secret/booking/db', 12_960],
  ['key:unwrap', 'key/orders', 2_410_000],
  ['queue:send', 'queue/tickets', 1_980_000],
  ['queue:send', 'queue/refunds', 4],
];
const NEXT = [                                   // a yearly job, unseen in those 90 days
  ['secret:read', 'secret/booking/archive'], ['queue:send', 'queue/tickets'],
];

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const matches = (pattern, text) =>
  new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`).test(text);

const used = USED.map(([action, resource]) => `${action} ${resource}`);
const unused = GRANT.filter((pattern) => !used.some((call) => matches(pattern, call)));
const exact = [...new Set(used)];

console.log('granted  ', GRANT.length, 'patterns');
console.log('unused   ', unused.join('; '));
for (const pattern of GRANT.filter((p) => p.includes('*') && !unused.includes(p))) {
  const calls = exact.filter((call) => matches(pattern, call));
  console.log('narrow   ', pattern, '->', calls.join('; '));
}
for (const [action, resource] of NEXT) {
  const call = `${action} ${resource}`;
  console.log('next year', call, exact.includes(call) ? 'allowed' : 'refused');
}
