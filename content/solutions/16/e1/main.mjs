// Lag and drain time: the formula, and a simulation that must agree with it.
function formula({ backlog, arrivals, rate }) {
  return rate > arrivals ? backlog / (rate - arrivals) : Infinity;
}

function simulate({ backlog, arrivals, rate }) { // second by second, six hours at most
  let depth = backlog;
  for (let t = 1; t <= 6 * 3_600; t += 1) {
    depth = Math.max(0, depth + arrivals - rate);
    if (depth === 0) return t;
  }
  return Infinity;
}

const consumers = (n, busyMs) => n * 1_000 / busyMs;       // what n of them do in a second

const cases = [
  { backlog: 18_000, arrivals: 30, rate: 50 },
  { backlog: 18_000, arrivals: 30, rate: 80 },
  { backlog: 18_000, arrivals: 30, rate: 30 },
  { backlog: 20_000, arrivals: 0, rate: consumers(4, 200) },
];
console.log('backlog   arrivals   rate   formula   simulated');
for (const each of cases) {
  console.log(String(each.backlog).padStart(7), String(each.arrivals).padStart(10),
    String(each.rate).padStart(6), String(formula(each)).padStart(9),
    String(simulate(each)).padStart(11));
}

// How many consumers empty 18,000 within 10 minutes, at 30/s more and 200 ms each?
const rate = 18_000 / 600 + 30;
console.log('needed:', rate, 'per second,', Math.ceil(rate / consumers(1, 200)), 'consumers');

// What a message waits that arrives right now, behind a backlog of 18,000 at 50/s?
console.log('wait of the newest:', 18_000 / 50, 's');
