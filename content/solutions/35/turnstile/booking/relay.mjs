// Delivers the outbox: at least once, some at a time, and not into a service that is down.
import { span } from '../lib/trace.mjs';

export function createBreaker({ now, window = 10, openMs = 300 }) {        // Module 21, smaller
  let [results, openedAt, probing] = [[], undefined, false];
  return {
    allows() {
      if (openedAt === undefined) return true;
      if (probing || now() < openedAt + openMs) return false;
      return (probing = true);                   // one probe; its result decides
    },
    record(ok) {
      const wasOpen = openedAt !== undefined;
      if (wasOpen && !probing) return;           // an answer from before it opened
      probing = false;
      results = [...results, ok].slice(-window);
      const failed = results.filter((good) => !good).length;
      if (wasOpen && ok) [results, openedAt] = [[], undefined];
      else if (wasOpen || (results.length === window && failed * 2 >= window)) openedAt = now();
    },
  };
}

export function createRelay({ outbox, handlers, settled, width = 16, retryMs = 50, stats }) {
  const inFlight = new Set();
  const notBefore = new Map();                   // message ID -> { at, tries }
  const breaker = createBreaker({ now: () => performance.now() });

  async function deliver(message) {
    const remote = message.to === 'payments';
    inFlight.add(message.id);
    try {
      await settled();                           // never ahead of the disk: what caused it is there
      if (remote) stats.attempts += 1;
      await span(`deliver to ${message.to}`, () => handlers[message.to](message), message.trace);
      if (remote) breaker.record(true);
      notBefore.delete(message.id);
    } catch (error) {                            // unknown: the same message goes out again
      if (remote) breaker.record(false);
      const tries = (notBefore.get(message.id)?.tries ?? 0) + 1;
      const pause = Math.random() * Math.min(1_000, retryMs * 2 ** tries);     // full jitter
      notBefore.set(message.id, { tries, at: performance.now() + pause });
      if (tries % 10 === 0) console.error(`${message.id}: ${tries} tries:`, error.message);
    } finally {
      inFlight.delete(message.id);
    }
  }

  function pump() {
    for (const message of outbox.values()) {
      if (inFlight.size >= width) return;
      const due = (notBefore.get(message.id)?.at ?? 0) <= performance.now();
      if (!due || inFlight.has(message.id)) continue;
      if (message.to === 'payments' && !breaker.allows()) continue;
      deliver(message).then(pump);
    }
  }
  const timer = setInterval(pump, 20);           // retries; new messages call pump themselves
  return { pump, close: () => clearInterval(timer) };
}
