import { test } from 'node:test';
import assert from 'node:assert/strict';

// A fee table is generated elsewhere and loaded while the service runs. Room for 200 rows.
export function createTable({ limit = 200, report }) {
  let rows = null;                               // last good table
  const refuse = (why) => {
    report(why);
    return { ok: false, why, kept: rows !== null };
  };
  return {
    load(text) {
      let next;
      try {
        next = JSON.parse(text);
      } catch {
        return refuse('not JSON');
      }
      if (!Array.isArray(next) || next.length === 0) return refuse('no rows');
      if (next.length > limit) return refuse(`${next.length} rows, room for ${limit}`);
      const keys = next.map((row) => row?.show);
      const named = keys.every((key) => typeof key === 'string');
      if (!named) return refuse('a row without a show');
      if (new Set(keys).size < keys.length) return refuse('a show twice');
      if (!next.every(({ fee }) => Number.isSafeInteger(fee) && fee >= 0)) {
        return refuse('a fee is no amount');
      }
      rows = new Map(next.map(({ show, fee }) => [show, fee]));
      return { ok: true, rows: rows.size };
    },
    fee(show) {
      if (!rows) return { ok: false, why: 'no table yet' };    // an answer, not a crash
      if (!rows.has(show)) return { ok: false, why: 'unknown' };
      return { ok: true, fee: rows.get(show) };
    },
  };
}

const rows = (n, from = 0) =>
  Array.from({ length: n }, (_, i) => ({ show: `s${from + i}`, fee: 100 }));
const setup = () => {
  const reports = [];
  return { reports, table: createTable({ report: (why) => reports.push(why) }) };
};

test('the limit, one below, and one above', () => {
  const { table } = setup();
  const answers = [199, 200, 201].map((n) => table.load(JSON.stringify(rows(n))).ok);
  assert.deepEqual(answers, [true, true, false]);
});

test('the file of the case: each row twice', () => {
  const { table, reports } = setup();
  table.load(JSON.stringify(rows(60)));
  const twice = JSON.stringify([...rows(60), ...rows(60)]);
  assert.equal(table.load(twice).why, 'a show twice');
  const larger = JSON.stringify([...rows(120), ...rows(120)]);
  assert.equal(table.load(larger).why, '240 rows, room for 200');
  assert.equal(reports.length, 2);
});

test('after a refused file the service answers from the last good one', () => {
  const { table } = setup();
  table.load(JSON.stringify(rows(2)));
  for (const bad of ['', '{', '[]', '{"show":"s0"}', '[null]', '[{"show":"s0","fee":0.5}]',
    JSON.stringify(rows(201))]) {
    const { ok, kept } = table.load(bad);
    assert.deepEqual({ ok, kept }, { ok: false, kept: true }, bad);
    assert.deepEqual(table.fee('s1'), { ok: true, fee: 100 });
  }
});

test('with a bad first file it says so, and recovers with the next', () => {
  const { table, reports } = setup();
  assert.deepEqual(table.load(JSON.stringify(rows(400))),
    { ok: false, why: '400 rows, room for 200', kept: false });
  assert.deepEqual(table.fee('s0'), { ok: false, why: 'no table yet' });
  assert.equal(reports.length, 1);
  assert.equal(table.load(JSON.stringify(rows(1))).ok, true);
  assert.equal(table.fee('s0').fee, 100);
});

test('a good file replaces the table as a whole', () => {
  const { table } = setup();
  table.load(JSON.stringify(rows(2)));
  table.load(JSON.stringify(rows(2, 1)));
  const known = ['s0', 's1', 's2'].map((show) => table.fee(show).ok);
  assert.deepEqual(known, [false, true, true]);
});
