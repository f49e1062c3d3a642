const [BEAT_MS, WAIT_MS] = [50, 150];            // heartbeat; timeout of 150 to 300 ms

export function createNode({ id, ids, send, random, note, preVote, checks }) {
  const s = { id, role: 'follower', term: 0, votedFor: null, commit: 0 };
  s.log = [{ term: 0 }];                         // index 0 is a stopper
  const others = ids.filter((other) => other !== id);
  const majority = Math.floor(ids.length / 2) + 1;
  let [votes, next, match, deadline, beatAt] = [new Set(), {}, {}, 0, 0];
  let [heardAt, wishes] = [-Infinity, new Set()]; // of a leader; of those who would vote
  const answered = {};                             // when each follower last answered me
  const end = () => s.log.length - 1;            // index of the last entry
  const rest = (t) => { deadline = t + WAIT_MS + Math.floor(random() * WAIT_MS); };

  function sound(t) {                            // would you vote for me? no term changes
    wishes = new Set([id]);
    rest(t);
    const would = { type: 'would', term: s.term, end: end(), endTerm: s.log[end()].term };
    others.forEach((to) => send(to, would));
  }
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
  function lead(t) {
    [s.role, beatAt] = ['leader', 0];            // the next tick sends heartbeats
    for (const to of others) [next[to], match[to], answered[to]] = [end() + 1, 0, t];
    note(s, 'leads');
  }
  function count() {                             // only entries of the current term
    for (let i = end(); i > s.commit && s.log[i].term === s.term; i -= 1) {
      const copies = 1 + others.filter((to) => match[to] >= i).length;
      if (copies >= majority) { s.commit = i; note(s, 'commits'); }
    }
  }

  const on = {
    would(from, m, t, reply) {
      const mine = s.log[end()].term;
      const fresh = m.endTerm > mine || (m.endTerm === mine && m.end >= end());
      const quiet = s.role !== 'leader' && t - heardAt >= WAIT_MS;
      reply({ type: 'wish', yes: m.term >= s.term && fresh && quiet });
    },
    wish(from, m, t) {
      if (s.role === 'leader' || m.term !== s.term || !m.yes) return;
      wishes.add(from);
      if (wishes.size >= majority) { wishes = new Set([id]); campaign(t); }
    },
    ask(from, m, t, reply) {
      const mine = s.log[end()].term;            // the election restriction
      const fresh = m.endTerm > mine || (m.endTerm === mine && m.end >= end());
      const free = s.votedFor === null || s.votedFor === from;
      const yes = m.term === s.term && free && fresh;
      if (yes) { s.votedFor = from; rest(t); }
      reply({ type: 'vote', yes });
    },
    vote(from, m, t) {
      if (s.role !== 'candidate' || m.term !== s.term || !m.yes) return;
      votes.add(from);
      if (votes.size >= majority) lead(t);
    },
    append(from, m, t, reply) {
      if (m.term < s.term) return reply({ type: 'result', ok: false });    // a past leader
      s.role = 'follower';
      heardAt = t;
      rest(t);
      if (s.log[m.prev]?.term !== m.prevTerm) return reply({ type: 'result', ok: false });
      m.entries.forEach((entry, i) => {
        const at = m.prev + 1 + i;
        if (s.log[at] && s.log[at].term !== entry.term) s.log.length = at; // drop conflict
        s.log[at] ??= entry;
      });
      const known = m.prev + m.entries.length;
      s.commit = Math.max(s.commit, Math.min(m.commit, known));
      return reply({ type: 'result', ok: true, known });
    },
    result(from, m, t) {
      if (s.role !== 'leader' || m.term !== s.term) return;
      answered[from] = t;
      if (m.ok) match[from] = Math.max(match[from], m.known);
      next[from] = m.ok ? match[from] + 1 : Math.max(match[from] + 1, next[from] - 1);
      if (m.ok) count(); else replicate(from);
    },
  };

  const present = (t) => 1 + others.filter((to) => t - answered[to] < 2 * WAIT_MS).length;

  rest(0);
  return {
    state: s,
    tick(t) {
      const begin = preVote ? sound : campaign;
      if (checks && s.role === 'leader' && present(t) < majority) {
        s.role = 'follower';                     // nobody to lead: make room
        rest(t);
      }
      if (s.role !== 'leader') { if (t >= deadline) begin(t); return; }
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
