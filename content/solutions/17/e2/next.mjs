import { parse } from './cron.mjs';

function offsetAt(zone, instant) {
  const format = new Intl.DateTimeFormat('en-US',
    { timeZone: zone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(instant).find((p) => p.type === 'timeZoneName').value;
  const [, sign, h, m] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(name);
  return sign ? Number(`${sign}1`) * (60 * h + Number(m)) : 0;
}

const wallOf = (zone, instant) => Math.floor(instant / 60_000) + offsetAt(zone, instant);

function instantOf(wall, zone) {                  // fold: the earlier; gap: its end
  const around = [-1_440, 1_440].map((step) => offsetAt(zone, (wall + step) * 60_000));
  const found = [...new Set(around)].map((offset) => (wall - offset) * 60_000)
    .filter((at) => wallOf(zone, at) === wall);
  if (found.length > 0) return Math.min(...found);
  let [low, high] = [(wall - 1_440) * 60_000, (wall + 1_440) * 60_000];
  while (high - low > 60_000) {                   // the first minute that shows a later time
    const middle = Math.floor((low + high) / 120_000) * 60_000;
    if (wallOf(zone, middle) > wall) high = middle; else low = middle;
  }
  return high;
}

function served(matches, wall, shown) {           // at a gap's end: all that were skipped
  const names = [];
  for (let each = wall; each <= shown; each += 1) {
    if (matches(each)) names.push(new Date(each * 60_000).toISOString().slice(0, 16));
  }
  return names;
}

export function next(expression, zone, after, years = 9) {
  const matches = parse(expression);
  const start = wallOf(zone, after) - 1_440;      // a day back: the clock may have been put back
  for (let wall = start; wall < start + years * 527_040; wall += 1) {
    if (!matches(wall)) continue;
    const at = instantOf(wall, zone);
    if (at > after) return { at, names: served(matches, wall, wallOf(zone, at)) };
  }
  return undefined;                               // such as 30 February
}
