import { exponential, seeded } from './queue.mjs';

const [OWN_MS, LOCK_MS, TELL_MS, FOR_MS] = [20, 0.4, 0.02, 60_000];
const lockMs = (n) => LOCK_MS + TELL_MS * (n - 1);      // held until every peer was told

export function atRandom(n, seed = 19) {         // each asks for the lock when it must
  const random = seeded(seed);
  const readyAt = Array.from({ length: n }, () => exponential(OWN_MS, random));
  for (let lockFree = 0, done = 0; ; done += 1) {
    const i = readyAt.indexOf(Math.min(...readyAt));
    const from = Math.max(readyAt[i], lockFree);
    if (from > FOR_MS) return done / (FOR_MS / 1000);        // requests a second
    lockFree = from + lockMs(n);
    readyAt[i] = lockFree + exponential(OWN_MS, random);
  }
}

export function inStep(n) {                      // all work, then all want the lock at once
  const random = seeded(19);
  for (let t = 0, done = 0; ; done += n) {
    if (t > FOR_MS) return done / (FOR_MS / 1000);
    const own = Array.from({ length: n }, () => OWN_MS * (0.995 + 0.01 * random()));
    t += Math.max(...own) + n * lockMs(n);
  }
}
