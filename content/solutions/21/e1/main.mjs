// Availability of a path whose copies share some of their failures.
const MINUTES = 30 * 24 * 60;
const pair = (u, shared) => shared * u + ((1 - shared) * u) ** 2;
const twoOfThree = (u) => 3 * u ** 2 * (1 - u) + u ** 3;
const inLine = (parts) => 1 - parts.reduce((up, u) => up * (1 - u), 1);
const show = (label, u) => console.log(label.padEnd(36), `${((1 - u) * 100).toFixed(4)}%`,
  (u * MINUTES).toFixed(1).padStart(6), 'min');

for (const shared of [0, 0.05]) {
  const parts = {
    'proxy, two at 99.9%': pair(0.001, shared),
    'booking, two of three at 99%': shared * 0.01 + twoOfThree((1 - shared) * 0.01),
    'database, two at 99.9%': pair(0.001, shared),
    'card provider, one at 99.95%': 0.0005,
  };
  console.log(`${shared * 100}% of failures shared`);
  for (const [label, u] of Object.entries(parts)) show(`  ${label}`, u);
  show('  in line', inLine(Object.values(parts)));
}

// How much may two at 99.9% share and still reach a target?
for (const [name, target] of [['99.99%', 1e-4], ['99.999%', 1e-5]]) {
  let tenths = 1_000;
  while (tenths > 0 && pair(0.001, tenths / 1_000) > target) tenths -= 1;
  console.log(`two at 99.9% reach ${name} with up to ${(tenths / 10).toFixed(1)}% shared`);
}
