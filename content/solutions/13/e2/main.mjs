const MAX_INT = 2 ** 31 - 1;
const DAY = 86_400;

const tables = [                                 // tries are per second, bytes per row
  { name: 'audit', tries: 30, refused: 0, bytes: 91, last: 2_080_000_000 },
  { name: 'holds', tries: 12, refused: 0.6, bytes: 210, last: 900_000_000 },
  { name: 'tickets', tries: 3, refused: 0.02, bytes: 160, last: 41_000_000 },
  { name: 'clicks', tries: 30, refused: 0, bytes: 75, last: 0 },
];

const daysLeft = ({ tries, last }) => Math.floor((MAX_INT - last) / (tries * DAY));
const gigabytes = ({ tries, refused, bytes }) =>
  tries * (1 - refused) * bytes * DAY * 365 / 1e9;

function daysWithGrowth({ tries, last }, doubling) {   // doubling: in days
  let day = 0;
  let drawn = last;
  for (; day < 100_000; day += 1) {
    drawn += tries * 2 ** (day / doubling) * DAY;
    if (drawn > MAX_INT) return day;
  }
  return day;
}

console.log('table    days left  GB a year');
for (const table of tables) {
  const days = daysLeft(table);
  console.log(table.name.padEnd(8), String(days).padStart(9),
    gigabytes(table).toFixed(1).padStart(10), days < 180 ? ' alarm' : '');
}
const clicks = tables.at(-1);
console.log('clicks, steady: ', daysLeft(clicks), 'days');
console.log('clicks, doubling every 90 days:', daysWithGrowth(clicks, 90), 'days');
