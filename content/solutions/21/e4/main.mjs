// Which recovery tier is cheapest, and from which loss a minute on does the next one pay?
// Planning figures: a disaster in five years; a minute of lost data costs three of outage.
const PER_YEAR = 0.2;
const tiers = [
  { name: 'backup and restore', rto: 240, rpo: 1, keep: 10_000 },
  { name: 'pilot light', rto: 60, rpo: 1 / 12, keep: 60_000 },
  { name: 'warm standby', rto: 10, rpo: 1 / 12, keep: 150_000 },
  { name: 'multi-site', rto: 1, rpo: 0, keep: 400_000 },
];
const minutes = ({ rto, rpo }) => PER_YEAR * (rto + 3 * rpo);
const total = (tier, perMinute) => tier.keep + minutes(tier) * perMinute;

for (const [i, tier] of tiers.entries()) {
  const next = tiers[i + 1];
  if (!next) break;
  const even = (next.keep - tier.keep) / (minutes(tier) - minutes(next));
  console.log(`${next.name} pays from ${Math.ceil(even)} a minute on`);
}
for (const perMinute of [500, 3_000, 50_000, 150_000]) {
  const best = [...tiers].sort((a, b) => total(a, perMinute) - total(b, perMinute))[0];
  const year = Math.round(total(best, perMinute));
  console.log(`at ${perMinute} a minute: ${best.name}, ${year} a year`);
}
// And if one restore in four fails, and a rebuild by hand takes three days?
const untested = { ...tiers[0], rto: 0.75 * 240 + 0.25 * 3 * 24 * 60 };
console.log(`untested backup at 500 a minute: ${Math.round(total(untested, 500))} a year`);
