// How many events does a command read, with a snapshot every k events, or with none?
function measure(length, every) {
  let [reads, most, snapshots, snapshotAt] = [0, 0, 0, 0];
  for (let version = 0; version < length; version += 1) {  // each command appends one event
    const toRead = version - snapshotAt;
    reads += toRead;
    most = Math.max(most, toRead);
    if ((version + 1) % every === 0) {
      snapshotAt = version + 1;
      snapshots += 1;
    }
  }
  return { mean: reads / length, most, snapshots };
}

console.log('events   snapshot every   mean read   most read   snapshots');
for (const length of [6, 500, 20_000]) {
  for (const every of [Infinity, 1_000, 100, 10]) {
    if (every > length && every !== Infinity) continue;
    const { mean, most, snapshots } = measure(length, every);
    console.log(String(length).padStart(6), String(every === Infinity ? '-' : every).padStart(16),
      mean.toFixed(1).padStart(11), String(most).padStart(11), String(snapshots).padStart(11));
  }
}

// When the shape of the state changes, every snapshot is void, and one command pays for it.
const COST_US = 5;                               // assumed: reading and folding one event
const ms = (events) => `${(events * COST_US / 1_000).toFixed(2)} ms`;
console.log('an order, whole      ', ms(6));
console.log('a show, whole        ', ms(20_000));
console.log('a show, last 100     ', ms(100));
console.log('a show, snapshot void', ms(20_000));
