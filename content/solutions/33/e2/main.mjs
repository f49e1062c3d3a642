// Links fail one at a time. Three nets in which a majority is up and connected, 10 s each,
// under plain Raft, Raft that asks first, and Raft whose leader also counts its answers.
import { createCluster } from './cluster.mjs';

const ids = ['1', '2', '3', '4', '5'];
const linked = (...links) => (a, b) => links.includes(a + b) || links.includes(b + a);
const nets = {
  'one link of three': { ids: ids.slice(0, 3), net: ([lead, far]) =>
    (a, b) => ![a, b].every((id) => [lead, far].includes(id)) },
  'two hang by one link': { ids, net: ([a, b, c, d, e]) =>
    linked(a + b, a + c, b + c, d + b, e + c) },
  'leader hangs by one': { ids, net: ([lead, b, c, d]) => // and the fifth is down
    linked(b + c, b + d, c + d, lead + b) },
};
const rules = { plain: {}, 'asks first': { preVote: true },
  'and counts': { preVote: true, checks: true } };

console.log('                                  seed   leaders elected   term   committed');
for (const [net, { ids: members, net: cut }] of Object.entries(nets)) {
  for (const [rule, options] of Object.entries(rules)) {
    for (const seed of [1, 2, 3]) {
      let won = 0;
      const note = (t, s, what) => { if (what === 'leads') won += 1; };
      const cluster = createCluster({ ids: members, seed, note, ...options });
      const { nodes, states, connect, run } = cluster;
      run(1_000);
      const leader = states.find(({ role }) => role === 'leader').id;
      won = 0;
      connect(cut([leader, ...members.filter((id) => id !== leader)]));
      for (let i = 0; i < 100; i += 1) {
        members.forEach((id) => nodes[id].offer(`${id}/${i}`));
        run(100);
      }
      const most = (key) => Math.max(...states.map((s) => s[key]));
      const columns = [seed, won, most('term'), most('commit')];
      console.log(net.padEnd(22), rule.padEnd(10),
        columns.map((value, i) => `${value}`.padStart([5, 17, 6, 11][i])).join(' '));
    }
  }
}
