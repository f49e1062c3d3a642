import { createHash } from 'node:crypto';

const hash = (text) => createHash('sha256').update(text).digest().readUInt32BE(0);
const customers = Array.from({ length: 10_000 }, (_, i) => `customer-${i}`);
const four = ['booking-1', 'booking-2', 'booking-3', 'booking-4'];
const three = four.slice(0, 3);

const modulo = (key, names) => names[hash(key) % names.length];

function createRing(points) {
  const rings = new Map();                       // names -> points in order
  return (key, names) => {
    const id = names.join();
    if (!rings.has(id)) {
      const all = names.flatMap((name) => (
        Array.from({ length: points }, (_, i) => [hash(`${name}#${i}`), name])));
      rings.set(id, all.sort((a, b) => a[0] - b[0]));
    }
    const ring = rings.get(id);
    const at = hash(key);
    return (ring.find(([point]) => point >= at) ?? ring[0])[1];
  };
}

const busiest = (keys, choose, names) => {
  const counts = new Map();
  for (const key of keys) {
    const name = choose(key, names);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Math.max(...counts.values());
};

// A sale: six of ten requests concern one show, the others 101 shows.
const requests = customers.map((_, i) => (i % 10 < 6 ? 'show-1' : `show-${i % 101}`));
const percent = (count) => `${((100 * count) / customers.length).toFixed(1)}%`.padStart(13);
const policies = { modulo, 'ring of 1': createRing(1), 'ring of 100': createRing(100) };
// Moved when four become three; then the share of the busiest of four.
const head = ['moved', 'by customer', 'by show'];
console.log(''.padEnd(13) + head.map((text) => text.padStart(13)).join(''));
for (const [name, choose] of Object.entries(policies)) {
  const moved = customers.filter((key) => choose(key, four) !== choose(key, three)).length;
  const loads = [customers, requests].map((keys) => busiest(keys, choose, four));
  console.log(name.padEnd(13) + [moved, ...loads].map(percent).join(''));
}
