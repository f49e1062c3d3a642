const [LIMIT, WINDOW_MS] = [60, 60_000];

function slidingCounter(now) {
  const counts = new Map();                      // window number -> admitted
  return () => {
    const window = Math.floor(now() / WINDOW_MS);
    const inView = 1 - (now() % WINDOW_MS) / WINDOW_MS;    // share of the last window
    const estimate = (counts.get(window - 1) ?? 0) * inView + (counts.get(window) ?? 0);
    if (estimate + 1 > LIMIT) return false;
    counts.set(window, (counts.get(window) ?? 0) + 1);
    return true;
  };
}

function slidingLog(now) {
  let log = [];
  return () => {
    log = log.filter((time) => time > now() - WINDOW_MS);
    if (log.length >= LIMIT) return false;
    log.push(now());
    return true;
  };
}

function count(create, start, from, to) {        // a client that sends every 10 ms
  let t = 0;
  const limiter = create(() => t);
  let admitted = 0;
  for (t = start; t < to; t += 10) if (limiter() && t >= from) admitted += 1;
  return admitted;
}

console.log('starts, counted       counter  log');
for (const [start, from, to] of [[59, 59, 61], [59, 59, 119], [0, 60, 90]]) {
  const counts = [slidingCounter, slidingLog].map((create) =>
    String(count(create, start * 1_000, from * 1_000, to * 1_000)).padStart(4));
  console.log(`at ${start} s, ${from} s to ${to} s`.padEnd(23), counts.join('   '));
}
