// One month to answer a request (GDPR Art. 12(3)): the last day, and the error of "30 days".
// Not applied: a last day on a weekend moves to the next working day (1182/71, Art. 3(4)).
const DAY = 86_400_000;
const date = (ms) => new Date(ms).toISOString().slice(0, 10);

function plusMonths(ms, n) {                     // same date, or the month's last day
  const from = new Date(ms);
  const first = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + n, 1);
  const target = new Date(first);
  const last = Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0);
  return Math.min(first + (from.getUTCDate() - 1) * DAY, last);
}

console.log('request      one month    days   30 days      late   extended');
for (const text of ['2026-11-28', '2026-12-05', '2027-01-30', '2027-01-31', '2027-02-14']) {
  const asked = Date.parse(text);
  const due = plusMonths(asked, 1);
  const thirty = asked + 30 * DAY;
  const late = Math.max(0, (thirty - due) / DAY);
  console.log(text, date(due).padStart(12), String((due - asked) / DAY).padStart(6),
    date(thirty).padStart(13), String(late).padStart(5), date(plusMonths(asked, 3)).padStart(12));
}

let lateDays = 0;
const [start, end] = [Date.parse('2027-01-01'), Date.parse('2028-01-01')];
for (let ms = start; ms < end; ms += DAY) lateDays += ms + 30 * DAY > plusMonths(ms, 1);
console.log(`request days in 2027 on which "30 days" is too late: ${lateDays}`);
