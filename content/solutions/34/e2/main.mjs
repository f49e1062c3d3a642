// Which share of calls is cold, and from which rate on is p99 warm?
const seeded = (state) => () => {                // mulberry32: the same numbers every run
  state = (state + 0x6d2b79f5) | 0;
  let x = Math.imul(state ^ (state >>> 15), 1 | state);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
};

// Calls come at random: a call is cold if the gap before it exceeds the window.
const expected = (gap, keep) => Math.exp(-keep / gap);

function counted(gap, keep, calls = 200_000) {
  const random = seeded(34);
  let cold = 0;
  for (let i = 0; i < calls; i += 1) {
    if (-Math.log(1 - random()) * gap > keep) cold += 1;
  }
  return cold / calls;
}

const percent = (share) => `${(share * 100).toFixed(1)}%`.padStart(6);
console.log('mean gap  window  formula counted');
for (const [gap, keep] of [[1_200, 600], [300, 600], [120, 600], [120, 60]]) {
  console.log(`${gap} s`.padEnd(9), `${keep} s`.padEnd(6), percent(expected(gap, keep)),
    ' ' + percent(counted(gap, keep)));
}

console.log('p99 is warm when the mean gap is below');
for (const keep of [60, 300, 600, 1_200]) {
  const gap = (keep / Math.log(100)).toFixed(0);
  console.log(`  window ${String(keep).padStart(4)} s: ${gap} s`);
}

// A rush has no gaps: what arrives before the first instance is free again is cold.
const rush = (perSecond, coldMs, warmMs) =>
  Math.round(perSecond * (coldMs + warmMs) / 1_000);
console.log('rush of 400/s, 800 ms cold:', rush(400, 800, 50), 'instances');
console.log('rush of 400/s, 200 ms cold:', rush(400, 200, 50), 'instances');
