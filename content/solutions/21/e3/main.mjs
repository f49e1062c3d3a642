// Which losses of one site, or of one link, does a placement of voters survive?
const placements = { '1 + 1': [1, 1], '2 + 1': [2, 1], '2 + 2': [2, 2], '3 + 2': [3, 2],
  '1 + 1 + 1': [1, 1, 1], '2 + 2 + 1': [2, 2, 1] };

const sites = (voters) => voters.map((_, site) => site);
const majority = (voters) => Math.floor(voters.reduce((a, b) => a + b, 0) / 2) + 1;

function groups(voters, lostSite, lostLink) {    // sites that can still talk to each other
  const up = sites(voters).filter((site) => site !== lostSite);
  const joined = (a, b) => !(lostLink && lostLink.includes(a) && lostLink.includes(b));
  const seen = new Set();
  const result = [];
  for (const start of up) {
    if (seen.has(start)) continue;
    const group = [start];
    for (const site of group) {
      seen.add(site);
      group.push(...up.filter((other) => !group.includes(other) && joined(site, other)));
    }
    result.push(group);
  }
  return result;
}

function electing(voters, ...loss) {             // groups that may have a primary
  const votes = (group) => group.reduce((sum, site) => sum + voters[site], 0);
  return groups(voters, ...loss).filter((group) => votes(group) >= majority(voters));
}

console.log('voters      majority   loses a site   loses a link   ever two primaries');
for (const [name, voters] of Object.entries(placements)) {
  const bySite = sites(voters).map((site) => electing(voters, site));
  const links = sites(voters).flatMap((a) => sites(voters).slice(a + 1).map((b) => [a, b]));
  const byLink = links.map((link) => electing(voters, undefined, link));
  const good = (cases) => cases.filter((found) => found.length > 0).length;
  const survives = (cases) => `${good(cases)} of ${cases.length}`;
  const two = [...bySite, ...byLink].some((g) => g.length > 1) ? 'yes' : 'no';
  console.log(name.padEnd(10), String(majority(voters)).padStart(9),
    survives(bySite).padStart(14), survives(byLink).padStart(14), two.padStart(20));
}
