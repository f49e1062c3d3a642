// Same key, same partition, same order: until somebody changes the number of partitions.
function hash(text) {                            // FNV-1a, 32 bits
  let h = 0x811c9dc5;
  for (const byte of Buffer.from(text)) h = Math.imul(h ^ byte, 0x01000193) >>> 0;
  return h;
}
const keys = Array.from({ length: 1_000 }, (_, i) => `order_${i + 1}`);

// Each consumer takes one record of its partition per round, so unequal backlogs mean
// unequal progress. Returns the keys whose events were handled in the wrong order.
function outOfOrder({ before, after, drainFirst }) {
  const partitions = Array.from({ length: Math.max(before, after) }, () => []);
  const handled = new Map(keys.map((key) => [key, []]));
  const round = () => {
    let busy = false;
    for (const records of partitions) {
      const record = records.shift();
      if (!record) continue;
      busy = true;
      handled.get(record.key).push(record.body);
    }
    return busy;
  };
  const append = (count, body) => {
    for (const key of keys) partitions[hash(key) % count].push({ key, body });
  };
  append(before, 'paid');
  if (drainFirst) while (round());               // nothing old is left when the number changes
  append(after, 'refunded');
  while (round());
  return keys.filter((key) => handled.get(key)[0] !== 'paid').length;
}

const moved = (before, after) =>
  keys.filter((key) => hash(key) % before !== hash(key) % after).length;

console.log('partitions   keys moved   wrong order   drained first');
for (const [before, after] of [[4, 4], [4, 5], [4, 8]]) {
  console.log(`${before} to ${after}`.padEnd(10), String(moved(before, after)).padStart(12),
    String(outOfOrder({ before, after })).padStart(13),
    String(outOfOrder({ before, after, drainFirst: true })).padStart(15));
}

// A queue with w workers and one slow message; pub/sub without storage and one absent reader.
function queueOrder(workers) {
  const free = Array(workers).fill(0);
  const done = ['paid', 'refunded'].map((body, i) => {
    const w = free.indexOf(Math.min(...free));
    free[w] += i === 0 ? 10 : 1;                 // the first takes ten seconds
    return { body, at: free[w] };
  });
  return done.sort((a, b) => a.at - b.at).map(({ body }) => body).join(', ');
}
console.log('queue, one worker: ', queueOrder(1));
console.log('queue, two workers:', queueOrder(2));

const listeners = new Set();
const heard = [];
const publish = (body) => { for (const listen of listeners) listen(body); };
const late = (body) => heard.push(body);
publish('paid');                                 // nobody is there, and nothing is kept
listeners.add(late);
publish('refunded');
console.log('pub/sub, late:     ', heard.join(', '));
