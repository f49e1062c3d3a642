// Reads a review as data: sentences about what happened, and actions. Reports what to rewrite.
const SIGNS = [
  ['another past', /\b(should|could|would) have\b|\bought to have\b|\bif only\b/i],
  ['a verdict', /\b(failed to|careless\w*|negligen\w*|sloppy|forgot|neglected)\b/i],
  ['a person as cause', /\bhuman error\b|\boperator error\b|\broot cause\b[^.]*\b(he|she|engineer|developer)\b/i],
  ['hindsight', /\b(obvious\w*|clearly|simply|of course)\b/i],
];
const WISH = /\b(be (more )?careful|pay (more )?attention|try harder|remind|be aware)\b/i;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

export function inspect({ sentences, actions, factors }) {
  const found = [];
  for (const [i, sentence] of sentences.entries()) {
    for (const [name, sign] of SIGNS) if (sign.test(sentence)) found.push(`sentence ${i + 1}: ${name}`);
  }
  if (new Set(factors).size < 2) found.push('factors: one cause is a choice, not a finding');
  if (actions.length === 0) found.push('actions: none');
  for (const [i, { text, owner, due, check }] of actions.entries()) {
    const missing = [['owner', owner], ['check', check], ['due', DATE.test(due ?? '')]]
      .filter(([, value]) => !value).map(([name]) => name);
    if (missing.length > 0) found.push(`action ${i + 1}: no ${missing.join(', no ')}`);
    if (WISH.test(text)) found.push(`action ${i + 1}: a wish`);
  }
  return found;
}
