export const SERVE_MS = 5;                       // what a request costs the server
export const END = 60_000;                       // virtual ms

function createServer(stall) {                   // one at a time, first come, first served
  let freeAt = 0;
  return (arrival) => {                          // when is this request answered?
    let start = Math.max(arrival, freeAt);
    const stands = start < stall.until && start + SERVE_MS > stall.from;
    if (stands) start = stall.until;
    freeAt = start + SERVE_MS;
    return freeAt;
  };
}

export function closed({ users, everyMs, stall, keepsPlan = false }) {
  const answer = createServer(stall);
  const agenda = Array.from({ length: users }, (_, i) => {
    const first = (i * everyMs) / users;
    return { sendAt: first, planned: first };
  });
  const waits = [];
  for (;;) {
    const user = agenda.reduce((a, b) => (b.sendAt < a.sendAt ? b : a));
    if (user.sendAt >= END) return waits;
    const doneAt = answer(user.sendAt);
    waits.push(doneAt - (keepsPlan ? user.planned : user.sendAt));
    user.planned += everyMs;
    const later = doneAt + everyMs - SERVE_MS;   // thinks, then sends again
    user.sendAt = keepsPlan ? Math.max(doneAt, user.planned) : later;
  }
}

export function open({ perSecond, stall }) {     // customers come, whatever happens
  const answer = createServer(stall);
  const requests = (perSecond * END) / 1_000;
  return Array.from({ length: requests }, (_, i) => {
    const arrival = (i * 1_000) / perSecond;
    return answer(arrival) - arrival;
  });
}
