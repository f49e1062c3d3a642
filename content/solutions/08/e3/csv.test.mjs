import { test } from 'node:test';
import assert from 'node:assert/strict';

class Stop extends Error {}                     // the file is at fault, not this program

// RFC 4180 (Informational) as a machine: it may be interrupted between any two characters.
class Records {
  #cell = '';
  #cells = [];
  #state = 'start';                              // start, plain, quoted, quote, cr

  constructor({ maxCell, maxCells }, emit) {
    Object.assign(this, { maxCell, maxCells, emit, record: 1 });
  }

  #fail(what) {
    throw new Stop(`${what}, record ${this.record}`);
  }

  #endCell() {
    if (this.#cells.push(this.#cell) > this.maxCells) this.#fail('cells');
    [this.#cell, this.#state] = ['', 'start'];
  }

  #endRecord() {
    this.#endCell();
    this.emit(this.#cells, this.record);
    this.#cells = [];
    this.record += 1;
  }

  #keep(char) {
    this.#cell += char;
    if (this.#cell.length > this.maxCell) this.#fail('cell');
  }

  write(text) {
    for (const char of text) {
      if (this.#state === 'quoted') {
        if (char === '"') this.#state = 'quote';
        else this.#keep(char);
      } else if (char === '\n') this.#endRecord();
      else if (this.#state === 'cr') this.#fail('CR without LF');
      else if (char === ',') this.#endCell();
      else if (char === '\r') this.#state = 'cr';
      else if (char === '"' && this.#state === 'start') this.#state = 'quoted';
      else if (char === '"' && this.#state === 'quote') {
        this.#keep('"');
        this.#state = 'quoted';
      } else if (char === '"' || this.#state === 'quote') {
        this.#fail('quote');
      } else {
        this.#keep(char);
        this.#state = 'plain';
      }
    }
  }

  end() {
    if (this.#state === 'quoted') this.#fail('open quote');
    if (this.#state === 'cr') this.#fail('CR without LF');
    if (this.#state !== 'start' || this.#cells.length > 0) this.#endRecord();
  }
}

const SEAT = /^([A-Z]{1,2})([1-9]\d{0,2})$/;
const PRICE = /^\d{1,7}$/;

export async function importSeats(chunks, { maxRows, maxProblems }) {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const [problems, seen] = [[], new Set()];
  let rows = 0;
  const report = (record, column, detail) => problems.push({ record, column, detail });
  const records = new Records({ maxCell: 200, maxCells: 3 }, (cells, record) => {
    rows += 1;
    if (rows > maxRows) throw new Stop(`more than ${maxRows} rows`);
    if (problems.length >= maxProblems) throw new Stop('too many problems');
    if (cells.length !== 3) return void report(record, 0, 'must have 3 cells');
    const [seat, price] = cells;
    if (!SEAT.test(seat)) report(record, 1, 'must be a seat such as A12');
    else if (seen.has(seat)) report(record, 1, 'is named before');
    else seen.add(seat);
    if (!PRICE.test(price)) report(record, 2, 'must be a price in minor units');
  });
  let stopped = null;
  try {
    for await (const chunk of chunks) {
      records.write(decoder.decode(chunk, { stream: true }));
    }
    records.write(decoder.decode());
    records.end();
  } catch (error) {
    const broken = error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
    if (!broken && !(error instanceof Stop)) throw error;
    stopped = broken ? 'not UTF-8' : error.message;
  }
  return { rows, seats: seen.size, problems, stopped };
}

// On the way out: quote for CSV, and keep a spreadsheet from reading a formula.
export function toCell(text) {
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

const limits = { maxRows: 1_000, maxProblems: 100 };
const FILE = Buffer.from([
  'A1,9000,"front, left"', 'A2,9000,"said ""Zoë"""', 'A3,8000,"two\nlines"', '',
].join('\r\n'));

test('the place of a chunk does not matter, not even inside a letter', async () => {
  const whole = await importSeats([FILE], limits);
  assert.deepEqual(whole, { rows: 3, seats: 3, problems: [], stopped: null });
  for (let cut = 1; cut < FILE.length; cut += 1) {
    const halves = [FILE.subarray(0, cut), FILE.subarray(cut)];
    assert.deepEqual(await importSeats(halves, limits), whole);
  }
});

test('every problem has its record and column', async () => {
  const file = Buffer.from('A1,1,x\na2,1,x\nA1,1.5,x\nA4\n');
  const { problems } = await importSeats([file], limits);
  assert.deepEqual(problems.map(({ record, column }) => [record, column]),
    [[2, 1], [3, 1], [3, 2], [4, 0]]);
});

test('rows, cells and problems are bounded, and reading stops there', async () => {
  let read = 0;
  function* endless(row) {
    for (; read < 1_000_000; read += 1) yield Buffer.from(row);
  }
  const rows = await importSeats(endless('A1,1,x\n'), { maxRows: 500, maxProblems: 1_000 });
  assert.deepEqual([rows.stopped, read], ['more than 500 rows', 500]);
  read = 0;
  const wrong = await importSeats(endless('a,b,c\n'), limits);
  assert.deepEqual([wrong.stopped, wrong.problems.length], ['too many problems', 100]);
  read = 0;
  const { stopped } = await importSeats(endless('never a comma '), limits);
  assert.deepEqual([stopped, read], ['cell, record 1', 14]);
});

test('a file that is cut off, or not UTF-8, says so', async () => {
  for (const [bytes, stopped] of [
    [Buffer.from('A1,1,"x'), 'open quote, record 1'],
    [Buffer.from('A1,1,x\rA2,1,x'), 'CR without LF, record 1'],
    [Buffer.from([0xff]), 'not UTF-8'],
  ]) assert.equal((await importSeats([bytes], limits)).stopped, stopped);
});

test('what goes out is encoded for its reader', () => {
  assert.equal(toCell('Ana'), 'Ana');
  assert.equal(toCell('said "yes", twice'), '"said ""yes"", twice"');
  assert.equal(toCell('=1+1'), "'=1+1");
});
