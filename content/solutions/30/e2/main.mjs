// Which rule sees what, and when? Minutes since the first failure, before which all was good.
const RULES = [
  { name: 'page-fast', long: 60, rate: 14.4 },
  { name: 'page-slow', long: 360, rate: 6 },
  { name: 'ticket', long: 4_320, rate: 1 },
];

export function fires({ long, rate }, oneIn, badShare) {       // minutes, or null: never
  const burn = badShare * oneIn;
  return burn < rate ? null : (long * rate) / burn;
}
const text = (minutes) => (minutes === null ? 'never' : `${Number(minutes.toFixed(1))} min`);

for (const [oneIn, badShare] of [[1_000, 1], [1_000, 0.02], [1_000, 0.01], [1_000, 0.0015],
  [1_000, 0.0009], [100, 0.1], [10, 1]]) {
  const found = RULES.map((rule) => `${rule.name} ${text(fires(rule, oneIn, badShare))}`);
  console.log(`one in ${oneIn} may fail, ${Number((badShare * 100).toFixed(2))}% do:`,
    found.join(', '));
}

// One failure alone: up to how many requests in the long window does it reach the rate?
for (const { name, long, rate } of RULES) {
  const requests = Math.floor(1_000 / rate);
  console.log(`${name}: a single failure fires up to ${requests} requests in ${long} min`);
}
