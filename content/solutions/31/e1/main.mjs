// What a portfolio costs: minutes, red runs without a cause, and what still fits a budget.
const SIZES = {                                  // planning figures; put in your own
  small: { seconds: 0.005, falseAlarm: 1e-7 },
  medium: { seconds: 0.5, falseAlarm: 2e-5 },
  large: { seconds: 20, falseAlarm: 5e-3 },
};
const WORKERS = 8;

export function cost(counts) {
  let [seconds, green] = [0, 1];
  for (const [size, n] of Object.entries(counts)) {
    seconds += n * SIZES[size].seconds;
    green *= (1 - SIZES[size].falseAlarm) ** n;
  }
  return { minutes: seconds / 60 / WORKERS, red: 1 - green };
}

const percent = (x) => `${(100 * x).toFixed(1)}%`;
const suites = {
  'mostly small': { small: 3_000, medium: 300, large: 8 },
  'mostly medium': { small: 300, medium: 3_000, large: 8 },
  'mostly large': { small: 300, medium: 300, large: 300 },
};
console.log('suite            small  medium  large   minutes   red for nothing');
for (const [name, counts] of Object.entries(suites)) {
  const { minutes, red } = cost(counts);
  const cells = Object.values(counts).map((n) => String(n).padStart(7));
  console.log(name.padEnd(15), ...cells, minutes.toFixed(1).padStart(8),
    percent(red).padStart(17));
}

let large = 0;                                   // how many does the budget allow?
while (cost({ small: 3_000, medium: 300, large: large + 1 }).red <= 0.05) large += 1;
console.log(`large tests within 5% red: ${large}`);

let p = SIZES.large.falseAlarm;                  // how steady must 300 of them be?
while (1 - (1 - p) ** 300 > 0.05) p /= 1.001;
console.log(`false alarms allowed in 300 large tests: one in ${Math.round(1 / p)}`);
