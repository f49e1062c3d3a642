// One query string, four readings, and a fifth that refuses to choose.
const NAMES = new Set(['seat', 'show']);

function strict(query) {
  const found = new Map();
  for (const pair of query.split('&')) {         // take it apart first, then decode once
    const [name, value, rest] = pair.split('=');
    if (value === undefined || rest !== undefined) return '400 not name=value';
    try {
      const [key, text] = [name, value].map(decodeURIComponent);
      if (!NAMES.has(key)) return `400 unknown ${JSON.stringify(key)}`;
      if (found.has(key)) return `400 ${key} twice`;
      found.set(key, text);
    } catch (error) {
      if (!(error instanceof URIError)) throw error;
      return '400 bad percent-encoding';
    }
  }
  return JSON.stringify(found.get('seat') ?? null);
}

const readings = {
  first: (query) => new URLSearchParams(query).get('seat'),
  last: (query) => Object.fromEntries(new URLSearchParams(query)).seat,
  joined: (query) => new URLSearchParams(query).getAll('seat').join(','),
  twice: (query) => decodeURIComponent(new URLSearchParams(query).get('seat')),
};

console.log('query'.padEnd(22), [...Object.keys(readings), 'strict']
  .map((name) => name.padEnd(13)).join(''));
for (const query of ['seat=A12', 'seat=A12&seat=B1', 'seat=A%31', 'seat=A%2531',
  'seat=A12%26show%3Ds2', 'seat=A12&staff=1']) {
  const cells = Object.values(readings).map((read) => String(read(query)).padEnd(13));
  console.log(query.padEnd(22), cells.join(''), strict(query));
}
try {
  console.log(readings.twice('seat=100%25'));
} catch (error) {
  console.log('seat=100%25 decoded twice:', error.name);
}
