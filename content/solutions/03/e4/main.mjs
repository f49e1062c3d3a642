const [DOMAINS, LIFETIME, DAYS] = [400, 47, 365];

function mulberry32(seed) {                      // a small seeded generator
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Two accidents: no issuance for a week, and 16 promoters whose DNS points elsewhere.
const authorityDown = (day) => day >= 117 && day < 124;
const delegationBroken = (i, day) => i % 25 === 0 && day >= 200 && day < 212;

const policies = {
  'batch, every 30th day': (domain, day) => day % 30 === 0,
  'daily, in the last 5 days': (domain, day) => domain.end - day <= 5,
  'daily, from two thirds on': (domain, day) => day >= domain.renewAt,
};

function run(due) {
  const random = mulberry32(3);
  const fleet = Array.from({ length: DOMAINS }, (_, i) => {
    const start = -Math.floor(random() * 31);    // issued within the last month
    return { i, end: start + LIFETIME, renewAt: start + 31, expiredDays: 0 };
  });
  let busiest = 0;
  let total = 0;
  for (let day = 0; day < DAYS; day += 1) {
    let today = 0;
    for (const domain of fleet) {
      const works = !authorityDown(day) && !delegationBroken(domain.i, day);
      if (works && due(domain, day)) {
        domain.end = day + LIFETIME;
        domain.renewAt = day + 30 + Math.floor(random() * 3);    // a window, not a moment
        today += 1;
      }
      if (day >= domain.end) domain.expiredDays += 1;
    }
    busiest = Math.max(busiest, today);
    total += today;
  }
  const expired = fleet.filter((domain) => domain.expiredDays > 0);
  const days = fleet.reduce((sum, domain) => sum + domain.expiredDays, 0);
  return { total, busiest, domains: expired.length, days };
}

const header = ['issued', 'busiest day', 'domains expired', 'domain-days'];
console.log('policy'.padEnd(27), header.join('  '));
for (const [name, due] of Object.entries(policies)) {
  const { total, busiest, domains, days } = run(due);
  const columns = [total, busiest, domains, days].map((n, i) =>
    String(n).padStart([6, 11, 15, 11][i]));
  console.log(name.padEnd(27), columns.join('  '));
}
