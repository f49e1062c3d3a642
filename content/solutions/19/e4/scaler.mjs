const [STEP_S, START_S, WINDOW_S, PER_INSTANCE, TARGET, MOST] = [15, 90, 60, 100, 0.6, 120];

export function run(demand, policy, { minutes = 40, start = 8 } = {}) {
  const fleet = Array.from({ length: start }, () => 0);      // ready from second 0
  const [seen, counts] = [[], []];
  let [lost, hours, backlog] = [0, 0, 0];
  for (let t = 0; t < minutes * 60; t += 1) {
    const ready = fleet.filter((since) => since <= t).length;
    const arrived = demand(t);
    const served = Math.min(arrived + backlog, ready * PER_INSTANCE);
    const waiting = arrived + backlog - served;
    backlog = Math.min(waiting, ready * PER_INSTANCE * 2);   // 2 s of work, no more
    lost += waiting - backlog;
    seen.push({ busy: served / (ready * PER_INSTANCE), arrived });
    if (seen.length > WINDOW_S) seen.shift();
    hours += fleet.length / 3600;
    if (t % 60 === 0) counts.push(fleet.length);
    if (t % STEP_S || t < WINDOW_S) continue;
    const mean = (key) => seen.reduce((sum, s) => sum + s[key], 0) / seen.length;
    const wish = policy({ t, ready, all: fleet.length, busy: mean('busy'),
      arrived: mean('arrived'), target: TARGET, each: PER_INSTANCE });
    const wanted = Math.min(MOST, Math.max(2, Math.ceil(wish)));
    while (fleet.length < wanted) fleet.push(t + START_S);
    while (fleet.length > wanted) fleet.pop();               // the newest goes first
  }
  return { counts, lost, hours };
}
