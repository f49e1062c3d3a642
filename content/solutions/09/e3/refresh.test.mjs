import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

const DAY = 24 * 60 * 60;                        // seconds

function createRefresh({ now, newToken, idle = 14 * DAY, longest = 90 * DAY }) {
  const rows = new Map();                        // hash -> { family, used, until }
  const families = new Map();                    // family -> { user, alive, ends }
  const hash = (token) => createHash('sha256').update(token).digest('hex');
  const add = (family) => {
    const token = newToken();
    rows.set(hash(token), { family, used: false, until: now() + idle });
    return token;
  };
  return {
    rows,
    login(user) {
      const family = `f${families.size + 1}`;
      families.set(family, { user, alive: true, ends: now() + longest });
      return add(family);
    },
    refresh(token) {
      const row = rows.get(hash(token));
      const family = families.get(row?.family);
      if (!family?.alive || now() >= row.until || now() >= family.ends) return null;
      if (row.used) {                            // two holders of one token: end them all
        family.alive = false;
        return null;
      }
      row.used = true;
      return { user: family.user, refresh: add(row.family) };
    },
  };
}

function setup() {
  const world = { t: 0 };
  let n = 0;
  const newToken = () => `test-${n += 1}`;
  return { world, ...createRefresh({ now: () => world.t, newToken }) };
}

test('each use gives a new token, which works in turn', () => {
  const { login, refresh } = setup();
  let token = login('zofia');
  for (let i = 0; i < 5; i += 1) {
    const next = refresh(token);
    assert.equal(next.user, 'zofia');
    assert.notEqual(next.refresh, token);
    token = next.refresh;
  }
});

test('a used token coming back ends the family, whoever came first', () => {
  const { login, refresh } = setup();
  const stolen = login('zofia');
  const thief = refresh(stolen);                 // the thief is first
  assert.equal(refresh(stolen), null);           // the owner comes back with it
  assert.equal(refresh(thief.refresh), null);
});

test('another login of the same user goes on', () => {
  const { login, refresh } = setup();
  const [phone, laptop] = [login('zofia'), login('zofia')];
  refresh(phone);
  refresh(phone);
  assert.equal(refresh(laptop).user, 'zofia');
});

test('14 idle days end it, and 90 days end it in any case', () => {
  const { world, login, refresh } = setup();
  const idle = login('zofia');
  world.t = 14 * DAY;
  assert.equal(refresh(idle), null);
  let token = login('zofia');
  for (let day = 24; day < 104; day += 10) {
    world.t = day * DAY;
    token = refresh(token).refresh;
  }
  world.t = 104 * DAY;
  assert.equal(refresh(token), null);
});

test('the store holds no token that could be used', () => {
  const { rows, login, refresh } = setup();
  refresh(login('zofia'));
  assert.equal([...rows.keys()].some((key) => key.startsWith('test-')), false);
});
