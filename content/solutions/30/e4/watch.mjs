// On-call for Turnstile: counters in, pages and tickets out, and an alarm for silence.
const RULES = [                                  // the fiercest first
  { name: 'page-fast', to: 'page', long: 60, short: 5, rate: 14.4 },
  { name: 'page-slow', to: 'page', long: 360, short: 30, rate: 6 },
  { name: 'ticket', to: 'ticket', long: 4_320, short: 360, rate: 1 },
];
const MIN = 60_000;
const KEPT = Math.max(...RULES.map((rule) => rule.long));

export function createWatch({ now, notify, oneIn = 1_000, atLeast = 10,
  silentMs = 3 * MIN, nobodyMs = Infinity, probesLost = 3 }) {
  const minutes = new Map();                     // minute -> { bad, all }
  const last = new Map();                        // instance -> its counters when last read
  const open = new Set();
  let heard = now();                             // any counter read: we are not blind
  let visited = now();                           // a customer's request counted
  let lost = 0;                                  // probes failed in a row
  const ended = () => Math.floor(now() / MIN) - 1;             // the last whole minute

  function scrape(instance, { bad, all }) {      // counters since the instance began
    if (!(bad >= 0 && bad <= all)) throw new RangeError(`${bad} bad of ${all}`);
    heard = now();
    const before = last.get(instance);
    last.set(instance, { bad, all });
    if (!before) return;                         // first sight: nothing to subtract
    let more = { bad: bad - before.bad, all: all - before.all };
    if (more.bad < 0 || more.all < more.bad) more = { bad, all };    // it restarted at zero
    if (more.all > 0) visited = now();
    const key = Math.floor(now() / MIN);
    const cell = minutes.get(key) ?? { bad: 0, all: 0 };
    minutes.set(key, { bad: cell.bad + more.bad, all: cell.all + more.all });
  }
  function probe(ok) { lost = ok ? 0 : lost + 1; }             // never in the indicator
  function sum(length) {
    const total = { bad: 0, all: 0 };
    for (let key = ended(); key > ended() - length; key -= 1) {
      total.bad += minutes.get(key)?.bad ?? 0;
      total.all += minutes.get(key)?.all ?? 0;
    }
    return total;
  }
  function set(name, to, on, detail, held = false) {           // once, when it begins
    if (!on) { open.delete(name); return; }
    if (open.has(name)) return;
    open.add(name);
    if (!held) notify({ to, name, at: now(), ...detail });
  }
  function tick() {
    for (const key of minutes.keys()) if (key <= ended() - KEPT) minutes.delete(key);
    const over = ({ bad, all }, rate) => all > 0 && (bad * oneIn) / all >= rate;
    for (const [i, { name, to, long, short, rate }] of RULES.entries()) {
      const l = sum(long);
      const on = l.bad >= atLeast && over(l, rate) && over(sum(short), rate);
      const fiercer = RULES.slice(0, i).some((rule) => open.has(rule.name));
      set(name, to, on, l, fiercer);             // a fiercer rule has told somebody already
    }
    set('silence', 'page', now() - heard > silentMs, { since: heard });
    set('nobody', 'page', now() - visited > nobodyMs, { since: visited });
    set('probe', 'page', lost >= probesLost, { lost });
    return [...open];
  }
  return { scrape, probe, tick };
}

// Runs elsewhere, with another provider: the watch itself must report in.
export function createDeadMansSwitch({ now, call, limitMs = 5 * MIN }) {
  let last = now();
  let called = false;
  return {
    beat() { last = now(); called = false; },
    check() {
      if (now() - last <= limitMs || called) return;
      called = true;
      call({ silentFor: now() - last });
    },
  };
}
