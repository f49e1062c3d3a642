// One guard for calls to one dependency, and what each feature does without it.
export class Refused extends Error {             // nothing was sent: safe to try elsewhere
  constructor(reason, retryAfterMs) {
    super(reason);
    Object.assign(this, { reason, retryAfterMs });
  }
}

export function createGuard({ now, after, size, timeoutMs, failures = 5, openMs = 5_000 }) {
  let [inside, state, era, openedAt, bad] = [0, 'closed', 0, 0, 0];
  const enter = (next) => {
    [state, era, bad] = [next, era + 1, 0];
    if (next === 'open') openedAt = now();
  };
  function permit() {
    if (state === 'open' && now() >= openedAt + openMs) enter('half-open');
    else if (state !== 'closed') {
      throw new Refused('open', state === 'open' ? openedAt + openMs - now() : timeoutMs);
    }
    return era;
  }
  function record(asked, ok) {
    if (asked !== era) return;
    if (state === 'half-open') enter(ok ? 'closed' : 'open');
    else {
      bad = ok ? 0 : bad + 1;
      if (bad >= failures) enter('open');
    }
  }
  return {
    state: () => (state === 'open' && now() >= openedAt + openMs ? 'half-open' : state),
    async call(send) {
      if (inside === size) throw new Refused('full', timeoutMs);
      const asked = permit();                    // in half-open: one probe, the others wait
      inside += 1;
      const { promise, cancel } = after(timeoutMs);
      const stop = new AbortController();        // or the connection outlives its place
      try {
        const answer = await Promise.race([send(stop.signal), promise.then(() => {
          stop.abort();
          throw new Error('timeout');            // unknown: a charge may have happened
        })]);
        record(asked, true);
        return answer;
      } catch (error) {
        record(asked, error.final === true);     // "declined" is an answer, not a failure
        throw error;
      } finally {
        cancel();
        inside -= 1;
      }
    },
  };
}

const up = (health, ...names) => names.every((name) => health[name] !== false);
export function features(health) {
  const rules = {
    seatMap: () => (up(health, 'database') ? 'full' : 'stale, marked'),
    hold: () => (up(health, 'database', 'payments') ? 'full' : 'paused'),
    order: () => (up(health, 'database', 'payments') ? 'full' : 'refused, hold kept'),
    ticket: () => (up(health, 'notifier') ? 'full' : 'later, from the queue'),
    suggestions: () => (up(health, 'catalog') ? 'full' : 'left out'),
  };
  return Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, rule()]));
}
