// Three heap snapshots, 10,000 requests apart, after a warm-up. What grows each time?
const snapshots = [
  { // constructor -> objects still reachable, and bytes they retain
    Map: [412, 1_204_000], SeatRow: [20_000, 1_920_000], Timeout: [31, 9_000],
    Listener: [1_006, 402_000], CacheEntry: [4_210, 3_368_000], Buffer: [220, 2_100_000],
  },
  {
    Map: [412, 1_204_000], SeatRow: [20_000, 1_920_000], Timeout: [29, 8_400],
    Listener: [11_006, 4_402_000], CacheEntry: [5_000, 4_000_000], Buffer: [640, 6_300_000],
  },
  {
    Map: [413, 1_204_300], SeatRow: [20_000, 1_920_000], Timeout: [33, 9_600],
    Listener: [21_006, 8_402_000], CacheEntry: [5_000, 4_000_000], Buffer: [230, 2_200_000],
  },
];
const REQUESTS = 10_000;

function verdict([first, second, third]) {
  const [one, two] = [second - first, third - second];
  if (Math.abs(one) + Math.abs(two) <= 0.01 * first) return 'stays';
  if (one > 0 && two > 0 && two > 0.5 * one) return 'grows with each load';
  if (one > 0 && two === 0) return 'has reached its limit';
  return Math.abs(third - first) < 0.1 * first ? 'comes and goes' : 'look again';
}

const rows = Object.keys(snapshots[0]).map((name) => {
  const counts = snapshots.map((snapshot) => snapshot[name][0]);
  const bytes = snapshots[2][name][1] - snapshots[0][name][1];
  return { name, counts, bytes, what: verdict(counts) };
});
for (const { name, counts, bytes, what } of rows.toSorted((a, b) => b.bytes - a.bytes)) {
  console.log(name.padEnd(11), counts.map((n) => String(n).padStart(6)).join(' '),
    String(bytes).padStart(9), ' ', what);
}
const leak = rows.find(({ what }) => what === 'grows with each load');
const each = (leak.counts[2] - leak.counts[1]) / REQUESTS;
const bytesEach = leak.bytes / (2 * REQUESTS);
const room = 512 * 1024 * 1024 - snapshots[2][leak.name][1];
const requests = Math.floor(room / bytesEach);
console.log(`\n${leak.name}: ${each} a request, ${bytesEach} bytes`);
console.log(`512 MiB are full after ${requests} more requests:`,
  `${(requests / 100 / 3_600).toFixed(1)} h at 100/s`);
