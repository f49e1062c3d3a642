// Reads plans as EXPLAIN (ANALYZE, FORMAT JSON) gives them; names what to look at first.
// plans.json is what PostgreSQL 18 printed for the statements in plans.sql, untrimmed.
import plans from './plans.json' with { type: 'json' };

// A node's estimate is for one loop, and so are its actual rows: they can be compared.
function factor(plan) {
  const ratio = Math.max(plan['Plan Rows'], 1) / Math.max(plan['Actual Rows'], 1);
  return Math.max(ratio, 1 / ratio);
}
const children = (plan) => plan.Plans ?? [];
const name = (plan) => [plan['Node Type'], plan['Index Name'] ?? plan['Relation Name']]
  .filter(Boolean).join(' on ');

function nodes(plan, cut = false) {              // cut: a LIMIT above stops this node early
  const below = cut || plan['Node Type'] === 'Limit';
  return [{ plan, cut }, ...children(plan).flatMap((child) => nodes(child, below))];
}

function examine(root) {
  const found = [];
  for (const { plan, cut } of nodes(root)) {
    const passedOn = children(plan).some((child) => factor(child) >= factor(plan) / 2);
    if (!cut && factor(plan) > 4 && !passedOn) {
      found.push(`estimate ${plan['Plan Rows']}, actual ${plan['Actual Rows']}, `
        + `factor ${factor(plan).toFixed(1)}: ${name(plan)}`);
    }
    const kept = Math.max(plan['Actual Rows'] * plan['Actual Loops'], 1);
    const removed = (plan['Rows Removed by Filter'] ?? 0) * plan['Actual Loops'];
    if (removed > 10 * kept) {
      const each = Math.round(removed / kept);
      found.push(`discards ${each} rows for each it keeps: ${name(plan)}`);
    }
  }
  // The root's pages include those of all nodes below, in all loops.
  const pages = root['Shared Hit Blocks'] + root['Shared Read Blocks'];
  return { pages, found };
}
for (const [label, plan] of Object.entries(plans)) {
  const { pages, found } = examine(plan);
  console.log(`${label}: ${pages} pages`);
  for (const line of found) console.log(`  ${line}`);
}
