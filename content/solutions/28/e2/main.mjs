const BYTES = 1.37;                              // per sample, Gorilla's average
const perDay = 86_400 / 15;                      // one sample each 15 s

function report(name, labels, perCombination = 1) {
  const series = labels.reduce((a, b) => a * b, 1) * perCombination;
  const gb = (series * perDay * BYTES) / 1e9;
  console.log(name.padEnd(28), String(series).padStart(9), `${gb.toFixed(2)} GB/day`);
}
report('route, status, pod', [200, 50, 20]);
report('five status classes', [200, 5, 20]);
report('classic histogram, 14 + 2', [200, 5, 20], 16);
report('the same without pod', [200, 5], 16);
report('one more label: 20,000 seats', [200, 5, 20, 20_000]);
