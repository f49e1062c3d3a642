// Does a decision record hold what somebody needs who was not there?
import { readFile } from 'node:fs/promises';

const text = await readFile(new URL('./adr.md', import.meta.url), 'utf8');
const sections = new Map(text.split(/^## /m).slice(1).map((part) => {
  const end = part.indexOf('\n');
  return [part.slice(0, end).trim(), part.slice(end)];
}));
const items = (name) => (sections.get(name) ?? '').split(/^- /m).slice(1);

const checks = {
  'one decision in its title': /^# \d+\. \S+/.test(text),
  'status with a date': /^Status: (proposed|accepted|superseded).*\d{4}/m.test(text),
  'three forces with a number':
    items('Context').filter((item) => /\d/.test(item)).length >= 3,
  'decision in active voice': /\bWe will\b/.test(sections.get('Decision') ?? ''),
  'two options, each with because': items('Options not taken').length >= 2
    && items('Options not taken').every((item) => item.includes('because')),
  'two things get worse':
    items('Consequences').filter((item) => item.startsWith('Worse')).length >= 2,
  'measurable end': items('Revisit when').some((item) => /\d/.test(item)),
};

for (const [name, ok] of Object.entries(checks)) console.log(ok ? 'yes' : 'NO ', name);
const words = text.split(/\s+/).length;
console.log(words <= 700 ? 'yes' : 'NO ', 'at most two pages');

// The figures of the record, computed again.
const [seats, holdsPerSecond, renderS, patienceS] = [20_000, 200, 0.4, 600];
const atOnce = holdsPerSecond * renderS;
console.log(`sold in ${seats / holdsPerSecond} s, ${atOnce} processors at once`);
console.log(`within ${patienceS} s: ${Math.ceil(seats * renderS / patienceS)} processors`);
