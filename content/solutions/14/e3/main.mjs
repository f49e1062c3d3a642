// Random schedules against every serial order: what each level lets through.
import { createStore } from './store.mjs';

const seeded = (state) => () => {                // mulberry32: the same numbers every run
  state = (state + 0x6d2b79f5) | 0;
  let x = Math.imul(state ^ (state >>> 15), 1 | state);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
};
const KEYS = ['a', 'b', 'c'];
const ORDERS = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

// A program reads some keys, then writes some: each write depends on all that was read.
function makeProgram(random, me, shuffled) {
  const some = () => KEYS.filter(() => random() < 0.6);
  const [reads, writes] = [some(), some()];      // in the order of the alphabet
  if (shuffled && random() < 0.5) writes.reverse();
  return { me, reads, writes };
}
const value = ({ me }, seen, key) => `${me}${key}(${Object.values(seen).join(' ')})`;

function serial(programs, order) {               // one after the other, on a plain map
  const state = Object.fromEntries(KEYS.map((key) => [key, '0']));
  const seen = [];
  for (const i of order) {
    seen[i] = Object.fromEntries(programs[i].reads.map((key) => [key, state[key]]));
    for (const key of programs[i].writes) state[key] = value(programs[i], seen[i], key);
  }
  return { state, seen };
}

function interleaved(programs, level, random) {
  const db = createStore();
  const first = db.begin('snapshot');
  for (const key of KEYS) db.write(first, key, '0');
  db.commit(first);
  const runs = programs.map((program) => ({
    program, tx: null, seen: {}, at: 0, end: null,
    steps: ['begin', ...program.reads.map((key) => ['read', key]),
      ...program.writes.map((key) => ['write', key]), 'commit'],
  }));
  for (let turn = 0; turn < 500 && runs.some(({ end }) => !end); turn += 1) {
    const open = runs.filter(({ end }) => !end);
    const run = open[Math.floor(random() * open.length)];
    const step = run.steps[run.at];
    try {
      if (step === 'begin') run.tx = db.begin(level);
      else if (step === 'commit') {
        db.commit(run.tx);
        run.end = 'ok';
      } else if (step[0] === 'read') run.seen[step[1]] = db.read(run.tx, step[1]);
      else db.write(run.tx, step[1], value(run.program, run.seen, step[1]));
      run.at += 1;
    } catch ({ code, message }) {
      if (code === '40001') run.end = code;
      else if (code !== 'would wait') throw new Error(message);
    }
  }
  for (const run of runs) {                      // still waiting for each other: a deadlock
    if (!run.end) {
      db.rollback(run.tx);
      run.end = '40P01';
    }
  }
  const after = db.begin('snapshot');
  const state = Object.fromEntries(KEYS.map((key) => [key, db.read(after, key)]));
  return { state, runs };
}

function likeSomeOrder(programs, { state, runs }) {        // only what has committed counts
  const good = runs.flatMap(({ end }, i) => (end === 'ok' ? [i] : []));
  return ORDERS.some((all) => {
    const order = all.filter((i) => good.includes(i));
    const wanted = serial(programs, order);
    return JSON.stringify(wanted.state) === JSON.stringify(state)
      && good.every((i) => JSON.stringify(wanted.seen[i]) === JSON.stringify(runs[i].seen));
  });
}

const levels = [['read committed'], ['snapshot'], ['serializable'], ['read committed', true]];
console.log('level            writes     like no serial order   refused   deadlocks');
for (const [level, shuffled] of levels) {
  const random = seeded(14);
  let [anomalies, refused, dead] = [0, 0, 0];
  for (let round = 0; round < 5_000; round += 1) {
    const programs = ['x', 'y', 'z'].map((me) => makeProgram(random, me, shuffled));
    const result = interleaved(programs, level, random);
    if (!likeSomeOrder(programs, result)) anomalies += 1;
    refused += result.runs.filter(({ end }) => end === '40001').length;
    if (result.runs.some(({ end }) => end === '40P01')) dead += 1;
  }
  console.log(level.padEnd(16), (shuffled ? 'shuffled' : 'in order').padEnd(10),
    String(anomalies).padStart(20), String(refused).padStart(9), String(dead).padStart(11));
}
