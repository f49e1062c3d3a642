import { check } from './schema.mjs';

const STEPS = ['add', 'backfill', 'v2', 'v3', 'relax', 'v4', 'drop'];

function* orders(left, done = []) {
  if (left.length === 0) yield done;
  for (const step of left) yield* orders(left.filter((other) => other !== step), [...done, step]);
}

const all = [...orders(STEPS)];
const safe = all.filter((plan) => check(plan).every(({ problem }) => problem === null));
console.log(`${safe.length} of ${all.length} orders are safe`);
for (const plan of safe) console.log(' ', plan.join(' > '));

const rules = new Set();                         // what all safe orders have in common
for (const a of STEPS) {
  for (const b of STEPS) {
    if (a !== b && safe.every((plan) => plan.indexOf(a) < plan.indexOf(b))) rules.add(`${a}<${b}`);
  }
}
const implied = (rule) => {
  const [a, b] = rule.split('<');
  return STEPS.some((c) => rules.has(`${a}<${c}`) && rules.has(`${c}<${b}`));
};
console.log('always:', [...rules].filter((rule) => !implied(rule)).join(', '));
