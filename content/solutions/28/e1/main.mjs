const MAX = 60_000_000;                          // one minute in microseconds

for (const sub of [8, 32, 128]) {
  const bits = Math.log2(sub);
  const shiftOf = (us) => Math.max(0, Math.floor(Math.log2(us)) - bits);
  let worst = 0;
  for (let us = 1; us <= 200_000; us += 1) {     // later doublings repeat the pattern
    const width = 2 ** shiftOf(us);
    const low = Math.floor(us / width) * width;
    worst = Math.max(worst, Math.abs(low + (width - 1) / 2 - us) / us);
  }
  const shift = shiftOf(MAX);
  const buckets = shift * sub + Math.floor(MAX / 2 ** shift) + 1;
  console.log(`${sub} steps: bound ${(50 / sub).toFixed(2)}%,`,
    `worst ${(worst * 100).toFixed(2)}%, buckets up to one minute ${buckets}`);
}
