// Reserved seats and standing places in one schema. Why not a counter for standing places?
// One row would be written by every hold, so all would wait for it. An expired hold would
// have to be subtracted by a job. And two kinds of places would need two sets of rules.
import { PGlite } from '@electric-sql/pglite';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';

const db = await PGlite.create({ extensions: { btree_gist } });
await db.exec(`
  CREATE EXTENSION btree_gist;
  CREATE TABLE places (
    show_id bigint,
    place   int CHECK (place > 0),
    section text NOT NULL,
    label   text,                                -- NULL where people stand
    PRIMARY KEY (show_id, place),
    UNIQUE (show_id, label)
  );
  CREATE TABLE claims (
    show_id  bigint,
    place    int,
    customer text NOT NULL,
    nth      int NOT NULL CHECK (nth BETWEEN 1 AND 4),
    during   tstzrange NOT NULL,
    PRIMARY KEY (show_id, place, during WITHOUT OVERLAPS),
    UNIQUE (show_id, customer, nth, during WITHOUT OVERLAPS),
    FOREIGN KEY (show_id, place) REFERENCES places
  );
  INSERT INTO places VALUES
    (1, 1, 'stalls', 'A12'), (1, 2, 'stalls', 'A13'),
    (1, 3, 'floor', NULL), (1, 4, 'floor', NULL), (1, 5, 'floor', NULL);
`);

const period = (from) => [`2027-01-09 ${from}:00+00`];
const FREE = `
  SELECT place FROM places AS p
  WHERE show_id = 1 AND section = $2 AND label IS NULL AND NOT EXISTS (
    SELECT FROM claims AS c WHERE c.show_id = p.show_id AND c.place = p.place
      AND c.during && tstzrange($1::timestamptz, $1::timestamptz + interval '300 s'))
  ORDER BY place LIMIT $3`;
const NTH = `
  SELECT n FROM generate_series(1, 4 + $3::int) AS n WHERE NOT EXISTS (
    SELECT FROM claims AS c WHERE c.show_id = 1 AND c.customer = $2 AND c.nth = n
      AND c.during && tstzrange($1::timestamptz, $1::timestamptz + interval '300 s'))
  ORDER BY n`;

async function claim(tx, from, customer, places) {     // refused as a whole, or not at all
  const numbers = await tx.query(NTH, [...period(from), customer, places.length]);
  for (const [index, place] of places.entries()) {
    await tx.query(`INSERT INTO claims VALUES (1, $1, $2, $3,
      tstzrange($4::timestamptz, $4::timestamptz + interval '300 s'))`,
    [place, customer, numbers.rows[index].n, ...period(from)]);
  }
  return places;
}

async function attempt(from, customer, wish, work) {
  let answer;
  try {
    const places = await db.transaction(work);
    answer = `places ${places.join(', ')}`;
  } catch (error) {
    if (error.code === undefined) throw error;         // a fault of the program, no refusal
    answer = `${error.code} ${error.constraint ?? ''}`.trim();
  }
  console.log(from, customer.padEnd(4), wish.padEnd(9), answer);
}

const seats = (from, customer, labels) => attempt(from, customer, labels.join(' '),
  async (tx) => {
    const found = await tx.query(
      'SELECT place FROM places WHERE show_id = 1 AND label = ANY ($1) ORDER BY place',
      [labels]);
    if (found.rows.length < labels.length) {           // a label that no place has
      throw Object.assign(new Error('no such seat'), { code: 'no such seat' });
    }
    return claim(tx, from, customer, found.rows.map(({ place }) => place));
  });
const standing = (from, customer, count) => attempt(from, customer, `${count} floor`,
  async (tx) => {
    const found = await tx.query(FREE, [...period(from), 'floor', count]);
    if (found.rows.length < count) {
      throw Object.assign(new Error('too few places are free'), { code: 'sold out' });
    }
    return claim(tx, from, customer, found.rows.map(({ place }) => place));
  });

await seats('10:00', 'ana', ['A12']);
await seats('10:01', 'ben', ['A12']);                  // taken
await seats('10:01', 'ben', ['A12', 'A13']);           // all or none
await seats('10:01', 'ben', ['A13', 'Z9']);            // Z9 is none: nothing is held
await seats('10:01', 'chi', ['A13']);                  // so A13 is still free
await standing('10:01', 'ana', 3);                     // with A12 that makes four
await standing('10:02', 'dov', 1);                     // nothing left
await seats('10:06', 'ana', ['A12', 'A13']);           // both holds have expired
await standing('10:06', 'dov', 3);                     // so have these, without any write
await attempt('10:12', 'ana', 'five', (tx) => claim(tx, '10:12', 'ana', [1, 2, 3, 4, 5]));
await attempt('10:12', 'eve', 'place 9', (tx) => claim(tx, '10:12', 'eve', [9]));
const { rows } = await db.query('SELECT count(*)::int AS n FROM claims');
console.log('claims', rows[0].n);
await db.close();
