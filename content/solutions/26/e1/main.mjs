const P = 0.001;                                 // failures of the old version

export function tail(k, mean) {                  // Poisson: probability of k or more
  let term = Math.exp(-mean);
  let below = 0;
  for (let i = 0; i < k; i += 1) {
    below += term;
    term *= mean / (i + 1);
  }
  return 1 - below;
}

function erfc(x) {                               // Abramowitz and Stegun 7.1.26, for x >= 0
  const t = 1 / (1 + 0.3275911 * x);
  const poly = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t
    - 0.284496736) * t + 0.254829592) * t;
  return poly * Math.exp(-x * x);
}
const claimed = (z) => erfc(z / Math.SQRT2) / 2;

for (const n of [400, 20_000]) {
  const mean = n * P;
  const spread = Math.sqrt(P * (1 - P) * (1 / n + 1 / (99 * n)));   // control: 99 times as many
  console.log(`${n} canary visits, ${mean} failures expected`);
  for (const z of [2.33, 3.5]) {
    const k = Math.ceil(n * (P + z * spread));   // fewest failures that reach this z
    const ratio = tail(k, mean) / claimed(z);
    console.log(`  z ${z}: from ${k} failures, claimed ${(claimed(z) * 100).toFixed(3)}%,`,
      `exact ${(tail(k, mean) * 100).toFixed(3)}%, ${ratio.toFixed(1)} times`);
  }
}
