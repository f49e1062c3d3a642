// Splitting a total over tickets: largest remainder against rounding each share.
let s = 11;                                      // a small generator: the same every run
const random = (n) => Math.floor(((s = (s * 16_807) % 2_147_483_647) / 2_147_483_647) * n);

function allocate(total, weights) {
  const parts = weights.map(BigInt);
  const sum = parts.reduce((a, b) => a + b, 0n);
  const shares = parts.map((w) => Number((BigInt(total) * w) / sum));
  const rest = total - shares.reduce((a, b) => a + b, 0);
  const order = parts.map((w, i) => ({ i, left: (BigInt(total) * w) % sum }))
    .sort((a, b) => (a.left < b.left) - (a.left > b.left) || a.i - b.i);
  for (const { i } of order.slice(0, rest)) shares[i] += 1;
  return shares;
}

function roundEach(total, weights) {
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => Math.round((total * w) / sum));
}

const total = (shares) => shares.reduce((a, b) => a + b, 0);
const CASES = 10_000;
const tally = { allocate: { exact: 0, far: 0 }, roundEach: { exact: 0, far: 0 } };
for (let i = 0; i < CASES; i += 1) {
  const amount = random(50_000);                 // up to 499.99
  const weights = Array.from({ length: 2 + random(5) }, () => 1 + random(9_999));
  const sum = total(weights);
  for (const split of [allocate, roundEach]) {
    const shares = split(amount, weights);
    tally[split.name].exact += total(shares) === amount;
    tally[split.name].far += shares.some(     // a whole cent from its exact share, or more
      (share, j) => Math.abs(share * sum - amount * weights[j]) >= sum);
  }
}
for (const [name, { exact, far }] of Object.entries(tally)) {
  console.log(`${name}: ${exact} of ${CASES} add up, ${far} with a share a cent off`);
}
console.log('33.33 x 3 of 100.00:', total(roundEach(10_000, [1, 1, 1])), 'cents');
