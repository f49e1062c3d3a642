// Ten seconds of 300 requests/s where 200/s can be done: which order of service helps?
const [SERVE_MS, PATIENCE, HOT, END] = [5, 1_000, 10_000, 40_000];

const orders = {
  'oldest first': { take: (line) => line.shift() },
  'oldest first, room for 100': { take: (line) => line.shift(), room: 100 },
  'oldest first, too late dropped': { take: (line) => line.shift(), drop: true },
  'newest first once it queues': {
    take: (line) => (line.length > 20 ? line.pop() : line.shift()), drop: true,
  },
};

function run({ take, room = Infinity, drop = false }) {
  const line = [];
  const all = [];
  let [busyUntil, due] = [0, 0];
  for (let t = 0; t < END; t += 1) {
    due += t < HOT ? 0.3 : 0.1;                  // 300 a second, then 100
    for (; due >= 1 - 1e-9; due -= 1) {
      const request = { from: t };
      all.push(request);
      if (line.length < room) line.push(request);
    }
    while (t >= busyUntil && line.length > 0) {
      const request = take(line);
      if (drop && t + SERVE_MS - request.from > PATIENCE) continue;
      busyUntil = t + SERVE_MS;
      if (busyUntil - request.from <= PATIENCE) request.took = busyUntil - request.from;
    }
  }
  const hot = all.filter(({ from }) => from < HOT);
  const good = hot.filter(({ took }) => took);
  const waits = good.map(({ took }) => took).sort((a, b) => a - b);
  const lost = all.filter(({ took }) => !took);
  const last = Math.max(HOT, ...lost.map(({ from }) => from));
  return {
    good: (100 * good.length) / hot.length, median: waits[waits.length >> 1],
    back: (last - HOT) / 1_000,
  };
}

console.log('order of service                 good in 10 s   median ms   good again after');
for (const [name, order] of Object.entries(orders)) {
  const { good, median, back } = run(order);
  console.log(name.padEnd(32), `${good.toFixed(1)}%`.padStart(12),
    String(median).padStart(11), `${back.toFixed(1)} s`.padStart(18));
}
