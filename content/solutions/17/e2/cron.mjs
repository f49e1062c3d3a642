const RANGES = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 6]];

function parseField(text, [low, high]) {
  const set = new Set();
  for (const item of text.split(',')) {
    const found = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(item);
    if (!found) throw new SyntaxError(`cannot read ${item}`);
    const [, from = low, to = found[1] && !found[3] ? from : high, step = 1] = found;
    if (+from < low || +to > high || +from > +to || +step < 1) throw new RangeError(item);
    for (let n = +from; n <= +to; n += +step) set.add(n);
  }
  return set;
}

export function parse(expression) {              // five fields; 0 is Sunday
  const texts = expression.trim().split(/\s+/);
  if (texts.length !== 5) throw new SyntaxError(`five fields: ${expression}`);
  const [minute, hour, day, month, weekday] = texts.map((t, i) => parseField(t, RANGES[i]));
  const both = texts[2][0] !== '*' && texts[4][0] !== '*';
  return (wall) => {                             // minutes on the wall
    const date = new Date(wall * 60_000);
    const [d, w] = [day.has(date.getUTCDate()), weekday.has(date.getUTCDay())];
    return minute.has(date.getUTCMinutes()) && hour.has(date.getUTCHours())
      && month.has(date.getUTCMonth() + 1) && (both ? d || w : d && w);
  };
}
