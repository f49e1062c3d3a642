// A pool by arithmetic, then the same pool in virtual time.
const seeded = (state) => () => {                // mulberry32: the same numbers every run
  state = (state + 0x6d2b79f5) | 0;
  let x = Math.imul(state ^ (state >>> 15), 1 | state);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
};
const RATE = 200;                                // transactions a second
const HOLD = 0.012;                              // seconds that one keeps its connection
const CALL = 0.3;                                // seconds of a card charge
const [CORES, DISKS, INSTANCES] = [8, 1, 3];

const useful = 2 * CORES + DISKS;
const each = Math.floor(useful / (INSTANCES + 1));         // one more while deploying
console.log(`busy on average        ${(RATE * HOLD).toFixed(1)}`);
console.log(`with a charge inside   ${(RATE * (HOLD + CALL)).toFixed(1)}`);
console.log(`the database can use   ${useful}`);
console.log(`each instance          ${each}`);

function waits(size, hold) {                     // first come, first served
  const random = seeded(14);
  const draw = (mean) => -mean * Math.log(1 - random());
  const freeAt = Array(size).fill(0);
  const waited = [];
  let t = 0;
  for (let i = 0; i < 20_000; i += 1) {
    t += draw(1 / RATE);
    const next = freeAt.indexOf(Math.min(...freeAt));
    const start = Math.max(t, freeAt[next]);
    freeAt[next] = start + draw(hold);
    waited.push(start - t);
  }
  waited.sort((a, b) => a - b);
  return waited[Math.floor(waited.length * 0.99)];
}
const ms = (seconds) => `${Math.round(seconds * 1_000)} ms`;
console.log('connections in all, and the 99th percentile of waiting for one');
for (const size of [3, 4, 6, 12, 24]) {
  console.log(`  ${String(size).padStart(2)}  ${ms(waits(size, HOLD))}`);
}

function nested(size, tasks, needs) {            // each task takes its connections one by one
  const held = Array(tasks).fill(0);
  let free = size;
  for (let moved = true; moved;) {               // as unlucky as possible: all take turns
    moved = false;
    for (let i = 0; i < tasks; i += 1) {
      if (held[i] === needs) {
        free += needs;
        held[i] = Infinity;                      // done
        moved = true;
      } else if (held[i] < needs && free > 0) {
        free -= 1;
        held[i] += 1;
        moved = true;
      }
    }
  }
  return held.every((n) => n === Infinity) ? 'all done' : 'stuck';
}
console.log('8 requests that need 2 connections each');
for (const size of [4, 8, 9]) console.log(`  pool of ${size}: ${nested(size, 8, 2)}`);
