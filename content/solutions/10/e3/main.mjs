// Together or apart? A deployment log and a list of who writes which table.

const releases = [                               // each with the services it had to deploy
  ['fee per order', ['orders', 'payments', 'gateway']],
  ['group holds', ['holds', 'orders']],
  ['order status partly_refunded', ['orders', 'payments', 'ticketing']],
  ['mail in Portuguese', ['notifier']],
  ['seat map by block', ['catalog', 'holds']],
  ['order model 4.0', ['holds', 'orders', 'payments', 'ticketing']],
  ['refund in parts', ['orders', 'payments']],
  ['mail footer', ['notifier']],
  ['hold of 240 s', ['holds', 'orders']],
  ['price by block', ['catalog', 'holds', 'orders']],
];
const writers = {
  orders: ['orders', 'payments', 'ticketing'],
  holds: ['holds', 'orders'],
  shows: ['catalog'],
  mails: ['notifier'],
};

const alone = releases.filter(([, services]) => services.length === 1);
const services = [...new Set(releases.flatMap(([, names]) => names))].sort();
console.log('service    releases  alone');
for (const service of services) {
  const mine = releases.filter(([, names]) => names.includes(service));
  const own = mine.filter(([, names]) => names.length === 1);
  const counts = [String(mine.length).padStart(8), String(own.length).padStart(6)];
  console.log(service.padEnd(10), ...counts);
}

const pairs = [];
for (const [i, a] of services.entries()) {
  for (const b of services.slice(i + 1)) {
    const either = releases.filter(([, names]) => names.includes(a) || names.includes(b));
    const both = either.filter(([, names]) => names.includes(a) && names.includes(b));
    pairs.push({ a, b, both: both.length, either: either.length });
  }
}
const share = ({ both, either }) => both / either;
const [tied] = pairs.sort((x, y) => share(y) - share(x) || y.both - x.both);
console.log(`tied most: ${tied.a} + ${tied.b}, ${tied.both} of ${tied.either} releases`);

const shared = Object.entries(writers).filter(([, names]) => names.length > 1);
for (const [table, names] of shared) {
  console.log(`table ${table}: written by ${names.join(', ')}`);
}
console.log(`${alone.length} of ${releases.length} releases deploy one service`);
