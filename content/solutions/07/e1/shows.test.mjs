import { test } from 'node:test';
import assert from 'node:assert/strict';

const PATH = '/v1/shows';
const [DEFAULT_LIMIT, MAX_LIMIT] = [20, 100];
const soonest = (a, b) => a.startsAt - b.startsAt || (a.id > b.id) - (a.id < b.id);
const seal = ({ startsAt, id }) =>
  Buffer.from(JSON.stringify([startsAt, id])).toString('base64url');

function open(cursor) {
  try {
    const [startsAt, id] = JSON.parse(Buffer.from(cursor, 'base64url'));
    if (Number.isSafeInteger(startsAt) && typeof id === 'string') return { startsAt, id };
  } catch { /* answered by the caller */ }
  return null;
}

function list(shows, url) {
  const query = new URL(url, 'https://turnstile.test').searchParams;
  const asked = Number(query.get('limit') ?? DEFAULT_LIMIT);
  if (!Number.isInteger(asked) || asked < 1) return { status: 400 };
  const limit = Math.min(asked, MAX_LIMIT);
  const last = query.has('cursor') ? open(query.get('cursor')) : undefined;
  if (last === null) return { status: 400 };
  const rest = shows.toSorted(soonest).filter((show) => !last || soonest(last, show) < 0);
  const body = rest.slice(0, limit);
  const next = `${PATH}?limit=${limit}&cursor=${body.length ? seal(body.at(-1)) : ''}`;
  const headers = rest.length > limit ? { link: `<${next}>; rel="next"` } : {};
  return { status: 200, headers, body };
}

const nextOf = ({ headers }) => /^<([^>]+)>; rel="next"$/.exec(headers.link ?? '')?.[1];

function readAll(shows, betweenPages = () => {}) {
  const ids = [];
  for (let url = `${PATH}?limit=2`; url; betweenPages()) {
    const page = list(shows, url);
    ids.push(...page.body.map(({ id }) => id));
    url = nextOf(page);
  }
  return ids;
}

const make = () => [[5, 'a'], [5, 'b'], [5, 'c'], [7, 'd'], [9, 'e']].map(
  ([startsAt, id]) => ({ startsAt, id: `show_${id}` }));

test('the links lead to every show once, in order, and then end', () => {
  assert.deepEqual(readAll(make()), ['a', 'b', 'c', 'd', 'e'].map((id) => `show_${id}`));
});

test('a show that comes in ahead of the place repeats nothing', () => {
  const shows = make();
  let added = 0;
  const ids = readAll(shows, () => shows.push({ startsAt: 1, id: `show_x${added += 1}` }));
  assert.equal(ids.length, 5);
  assert.equal(new Set(ids).size, 5);
});

test('the row under the cursor may be gone', () => {
  const shows = make();
  const first = list(shows, `${PATH}?limit=2`);
  shows.splice(1, 1);                            // show_b, the last one on the page
  const { body } = list(shows, nextOf(first));
  assert.deepEqual(body.map(({ id }) => id), ['show_c', 'show_d']);
});

test('a cursor that was made up is refused, and so is an odd limit', () => {
  for (const query of ['cursor=abc', 'cursor=', 'limit=0', 'limit=x']) {
    assert.equal(list(make(), `${PATH}?${query}`).status, 400, query);
  }
});

test('a limit has a limit', () => {
  const shows = Array.from({ length: 300 }, (_, i) => ({ startsAt: i, id: `show_${i}` }));
  assert.equal(list(shows, `${PATH}?limit=100000`).body.length, 100);
});
