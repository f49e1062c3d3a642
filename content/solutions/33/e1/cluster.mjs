import { createNode } from './node.mjs';

export const seeded = (state) => () => {         // mulberry32, as in Module 12
  state = (state + 0x6d2b79f5) | 0;
  let x = Math.imul(state ^ (state >>> 15), 1 | state);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
};

export function createCluster({ ids, seed, without, note = () => {} }) {
  const [random, agenda] = [seeded(seed), new Map()];
  let [t, joined] = [0, () => true];             // virtual ms; who reaches whom
  const nodes = {};
  for (const id of ids) {
    const send = (to, m) => {
      const at = t + 5 + Math.floor(random() * 11);
      agenda.set(at, [...(agenda.get(at) ?? []), [id, to, m]]);
    };
    const tell = (s, what) => note(t, s, what);
    nodes[id] = createNode({ id, ids, send, random, without, note: tell });
  }
  return {
    nodes, states: ids.map((id) => nodes[id].state),
    connect(rule) { joined = rule; },
    run(ms) {
      for (const until = t + ms; t < until; t += 1) {
        for (const [from, to, m] of agenda.get(t) ?? []) {
          if (joined(from, to)) nodes[to].receive(from, m, t);             // else lost
        }
        agenda.delete(t);
        ids.forEach((id) => nodes[id].tick(t));
      }
    },
  };
}
