const [BEAT_MS, WAIT_MS] = [50, 150];            // heartbeat; timeout of 150 to 300 ms

export function createNode({ id, ids, send, random, note, without }) {
  const s = { id, role: 'follower', term: 0, votedFor: null, commit: 0 };
  s.log = [{ term: 0 }];                         // index 0 is a stopper
  const others = ids.filter((other) => other !== id);
  const majority = without === 'majority' ? Math.floor(ids.length / 2)
    : Math.floor(ids.length / 2) + 1;
  let [votes, next, match, deadline, beatAt] = [new Set(), {}, {}, 0, 0];
  const end = () => s.log.length - 1;            // index of the last entry
  const rest = (t) => { deadline = t + WAIT_MS + Math.floor(random() * WAIT_MS); };

  function campaign(t) {
    [s.role, s.term, s.votedFor, votes] = ['candidate', s.term + 1, id, new Set([id])];
    rest(t);
    const ask = { type: 'ask', term: s.term, end: end(), endTerm: s.log[end()].term };
    others.forEach((to) => send(to, ask));
  }
  function replicate(to) {                       // with nothing new it is a heartbeat
    const prev = next[to] - 1;
    send(to, { type: 'append', term: s.term, prev, prevTerm: s.log[prev].term,
      entries: s.log.slice(prev + 1), commit: s.commit });
  }
  function lead() {
    [s.role, beatAt] = ['leader', 0];            // the next tick sends heartbeats
    for (const to of others) [next[to], match[to]] = [end() + 1, 0];
    note(s, 'leads');
  }
  function count() {                             // only entries of the current term
    const mine = (i) => without === 'own term' || s.log[i].term === s.term;
    for (let i = end(); i > s.commit && mine(i); i -= 1) {
      const copies = 1 + others.filter((to) => match[to] >= i).length;
      if (copies >= majority) { s.commit = i; note(s, 'commits'); }
    }
  }

  const on = {
    ask(from, m, t, reply) {
      const mine = s.log[end()].term;            // the election restriction
      const fresh = without === 'fresh log' || m.endTerm > mine
        || (m.endTerm === mine && m.end >= end());
      const free = without === 'one vote' || s.votedFor === null || s.votedFor === from;
      const yes = m.term === s.term && free && fresh;
      if (yes) { s.votedFor = from; rest(t); }
      reply({ type: 'vote', yes });
    },
    vote(from, m) {
      if (s.role !== 'candidate' || m.term !== s.term || !m.yes) return;
      votes.add(from);
      if (votes.size >= majority) lead();
    },
    append(from, m, t, reply) {
      if (m.term < s.term) return reply({ type: 'result', ok: false });    // a past leader
      s.role = 'follower';
      rest(t);
      const fits = without === 'log match' ? m.prev <= end()
        : s.log[m.prev]?.term === m.prevTerm;
      if (!fits) return reply({ type: 'result', ok: false });
      m.entries.forEach((entry, i) => {
        const at = m.prev + 1 + i;
        if (s.log[at] && s.log[at].term !== entry.term) s.log.length = at; // drop conflict
        s.log[at] ??= entry;
      });
      const known = m.prev + m.entries.length;
      s.commit = Math.max(s.commit, Math.min(m.commit, known));
      return reply({ type: 'result', ok: true, known });
    },
    result(from, m) {
      if (s.role !== 'leader' || m.term !== s.term) return;
      if (m.ok) match[from] = Math.max(match[from], m.known);
      next[from] = m.ok ? match[from] + 1 : Math.max(match[from] + 1, next[from] - 1);
      if (m.ok) count(); else replicate(from);
    },
  };

  rest(0);
  return {
    state: s,
    tick(t) {
      if (s.role !== 'leader') { if (t >= deadline) campaign(t); return; }
      if (t >= beatAt) { beatAt = t + BEAT_MS; others.forEach(replicate); }
    },
    receive(from, m, t) {
      if (m.term > s.term) {
        if (s.role === 'leader') rest(t);          // its timer did not run until now
        [s.term, s.votedFor, s.role] = [m.term, null, 'follower'];
      }
      on[m.type](from, m, t, (answer) => send(from, { ...answer, term: s.term }));
    },
    offer(command) {                             // a client's wish: leaders only
      if (s.role === 'leader') s.log.push({ term: s.term, command });
      return s.role === 'leader';
    },
  };
}
