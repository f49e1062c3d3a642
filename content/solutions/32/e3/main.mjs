// An analysis that merges paths warns of one that cannot happen; one that does not, pays.
// Both conditions ask the same question: is the order paid by card?
const steps = [
  { when: 'card', sets: 'token' },               // if (card) token = reserve();
  { when: 'card', uses: 'token' },               // if (card) charge(token);
];

export function analyze(steps, { track }) {
  let states = [{ known: {}, set: [] }];
  for (const { when, sets, uses } of steps) {
    const next = new Map();
    for (const { known, set } of states) {
      for (const taken of [true, false]) {
        if (track && when in known && known[when] !== taken) continue;   // cannot happen
        if (taken && uses && !set.includes(uses)) return { alarm: true };
        const state = { known: track ? { ...known, [when]: taken } : {},
          set: taken && sets ? [...set, sets] : set };
        next.set(JSON.stringify(state), state);
      }
    }
    states = [...next.values()];
  }
  return { alarm: false, states: states.length };
}

for (const track of [false, true]) {
  const { alarm } = analyze(steps, { track });
  console.log(`conditions tracked: ${track ? 'yes' : 'no '}  token used before set:`,
    alarm ? 'alarm' : 'none');
}
const fault = [{ when: 'card', sets: 'token' }, { when: 'member', uses: 'token' }];
console.log('a true fault, tracked:', analyze(fault, { track: true }).alarm ? 'alarm' : 'none');
for (const n of [1, 5, 10]) {                    // what does tracking cost?
  const many = Array.from({ length: n }, (_, i) => ({ when: `flag${i}` }));
  const [merged, tracked] = [false, true].map((track) => analyze(many, { track }).states);
  console.log(`${String(n).padStart(2)} conditions: ${merged} state merged,`,
    `${tracked} tracked`);
}
