// A gate for the seat map: counted work exactly, durations by interval.
const T_19 = 2.093;                              // Student's t: 95%, 19 degrees of freedom

function interval(pairs) {
  const logs = pairs.map(([before, after]) => Math.log(after / before));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  const half = T_19 * Math.sqrt(squares / (logs.length - 1) / logs.length);
  return [mean - half, mean + half].map((log) => Math.exp(log) - 1);
}

export function checkCounts(budgets, counts) {   // exact: they do not depend on the machine
  const found = [];
  for (const [name, { most, reason }] of Object.entries(budgets)) {
    if (!reason) found.push(`${name}: a budget needs a reason`);
    if (!(name in counts)) found.push(`${name}: not counted`);
    else if (counts[name] > most) found.push(`${name}: ${counts[name]}, at most ${most}`);
  }
  return found;
}

export function checkTimes(pairs, { limit }) {   // pairs of one hour: [before, after] in ms
  if (pairs.length !== 20) return { verdict: 'invalid', why: '20 pairs are needed' };
  const usable = pairs.flat().every((ms) => Number.isFinite(ms) && ms > 0);
  if (!usable) return { verdict: 'invalid', why: 'a duration is missing or not positive' };
  const [low, high] = interval(pairs);
  const range = [low, high].map((x) => `${(100 * x).toFixed(1)}%`).join(' to ');
  if (low > limit) return { verdict: 'slower', range };
  return { verdict: high < limit ? 'fine' : 'unclear', range };
}

export function gate({ budgets, counts, pairs, limit }) {
  const found = checkCounts(budgets, counts);
  const times = checkTimes(pairs, { limit });
  const ok = found.length === 0 && times.verdict === 'fine';
  const again = found.length === 0 && times.verdict === 'unclear';
  return { result: ok ? 'pass' : again ? 'measure again' : 'fail', found, times };
}
