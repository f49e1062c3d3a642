// What do readers see while views lag? Seeded, in virtual milliseconds.
const seeded = (state) => () => {                // mulberry32: the same numbers every run
  state = (state + 0x6d2b79f5) | 0;
  let x = Math.imul(state ^ (state >>> 15), 1 | state);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
};
const random = seeded(18);
const COPIES = [{ every: 100, offset: 0 }, { every: 400, offset: 30 }];
const WAIT_MS = 250;                             // the longest that a reader may wait

const refreshed = ({ every, offset }, t) => Math.floor((t - offset) / every) * every + offset;
const has = (copy, wroteAt, t) => refreshed(copy, t) >= wroteAt;
const pick = () => COPIES[Math.floor(random() * COPIES.length)];

const customers = Array.from({ length: 1_000 }, () => {    // write once, read three times
  const wroteAt = 1_000 + Math.floor(random() * 10_000);
  return { wroteAt, reads: [20, 120, 320].map((later) => ({ t: wroteAt + later, copy: pick() })),
    home: pick() };
});

const plain = (copy, wroteAt, t) => ({ is: has(copy, wroteAt, t) ? 'seen' : 'missing' });
const techniques = {
  'any copy': ({ wroteAt }, { t, copy }) => plain(copy, wroteAt, t),
  'always the same copy': ({ wroteAt, home }, { t }) => plain(home, wroteAt, t),
  'my position, wait': ({ wroteAt }, { t, copy }) => {     // no wrong answer, at most none
    let waited = 0;
    while (!has(copy, wroteAt, t + waited) && waited < WAIT_MS) waited += 10;
    return { is: has(copy, wroteAt, t + waited) ? 'seen' : 'not yet', waited };
  },
  'my position, else stream': ({ wroteAt }, { t, copy }) =>
    ({ is: 'seen', stream: !has(copy, wroteAt, t) }),
};

console.log('technique                   missing   backward   not yet   waited ms   stream reads');
for (const [name, read] of Object.entries(techniques)) {
  const count = { missing: 0, backward: 0, 'not yet': 0, stream: 0, waited: 0 };
  for (const customer of customers) {
    let sawIt = false;
    for (const one of customer.reads) {
      const { is, waited = 0, stream = false } = read(customer, one);
      if (is !== 'seen') count[is] += 1;
      if (sawIt && is === 'missing') count.backward += 1;  // it was there, and is gone again
      sawIt ||= is === 'seen';
      count.waited += waited;
      if (stream) count.stream += 1;
    }
  }
  console.log(name.padEnd(26), String(count.missing).padStart(8),
    String(count.backward).padStart(10), String(count['not yet']).padStart(9),
    (count.waited / 3_000).toFixed(1).padStart(11), String(count.stream).padStart(14));
}
