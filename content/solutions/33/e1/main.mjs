// Take one rule out of Raft and count what breaks. Without a rule, a seed is "bad" when two
// nodes lead in one term, or when a committed entry is later another one.
import { createCluster, seeded } from './cluster.mjs';
import { createNode } from './node.mjs';

const ids = ['A', 'B', 'C', 'D', 'E'];
function bad(seed, without) {
  const [random, leaders, agreed] = [seeded(-seed), new Set(), []];
  let [twice, changed] = [false, false];
  const note = (t, s, what) => {
    if (what !== 'leads') return;
    twice ||= leaders.has(s.term);
    leaders.add(s.term);
  };
  const { nodes, states, connect, run } = createCluster({ ids, seed, without, note });
  for (let step = 0; step < 60; step += 1) {
    if (step % 6 === 0) {
      const side = Object.fromEntries(ids.map((id) => [id, random() < 0.5]));
      connect((a, b) => side[a] === side[b]);
    }
    ids.forEach((id) => nodes[id].offer(`${id}${step}`));
    run(200);
    for (const { log, commit } of states) {
      for (let i = 1; i <= commit; i += 1) {
        agreed[i] ??= log[i];
        changed ||= agreed[i].command !== log[i]?.command;
      }
    }
  }
  return { twice, changed };
}
console.log('of 100 seeds          two leaders in a term   committed entry changed');
for (const without of [undefined, 'majority', 'one vote', 'fresh log', 'log match',
  'own term']) {
  const results = Array.from({ length: 100 }, (_, i) => bad(i + 1, without));
  const of = (key) => `${results.filter((result) => result[key]).length}`;
  console.log((without ? `without: ${without}` : 'all rules').padEnd(22),
    of('twice').padStart(22), of('changed').padStart(25));
}

// Figure 8 of the paper, by hand: who hears what is written down, step by step.
function figure8({ without, third = false }) {
  const [mail, nodes] = [[], {}];
  let t = 0;
  for (const id of ids) {
    const send = (to, m) => mail.push([id, to, m]);
    nodes[id] = createNode({ id, ids, send, random: () => 0.5, without, note: () => {} });
  }
  const act = (id, ...reached) => {              // wakes or sends; only these hear
    t += 1_000;
    nodes[id].tick(t);
    for (let next = mail.shift(); next; next = mail.shift()) {
      const [from, to, m] = next;
      if ([id, ...reached].includes(from) && [id, ...reached].includes(to)) {
        nodes[to].receive(from, m, t);
      }
    }
  };
  act('A', 'B', 'C', 'D', 'E');                  // A leads term 1
  nodes.A.offer('x');
  act('A', 'B');                                 // x is on A and B
  act('E', 'A', 'C', 'D');                       // E leads term 2; A refuses, and follows
  nodes.E.offer('y');                            // y is on E alone
  act('A', 'B', 'C');                            // A leads term 3
  if (third) nodes.A.offer('z');
  act('A', 'B', 'C');                            // x, and perhaps z, is on A, B, and C
  const counted = nodes.A.state.commit >= 1;
  act('E', 'B');                                 // E hears of term 3, and follows
  act('E', 'B', 'C', 'D');                       // E asks in term 4
  act('E', 'A', 'B', 'C', 'D');                  // and, if it leads, sends its log
  const first = ['A', 'B', 'C'].map((id) => nodes[id].state.log[1].command).join(' ');
  return [counted ? 'committed' : 'not yet', first];
}
console.log('\nFigure 8'.padEnd(26), 'x on three of five   first entry of A, B, C later');
for (const [name, options] of [['all rules', {}], ['without: own term',
  { without: 'own term' }], ['all rules, then z', { third: true }]]) {
  const [counted, first] = figure8(options);
  console.log(name.padEnd(22), counted.padStart(22), first.padStart(31));
}
