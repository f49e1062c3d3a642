import { test } from 'node:test';
import assert from 'node:assert/strict';

// One seat. { op: 'buy', who } -> 'sold' or 'taken'; { op: 'look' } -> owner or null.
// An unknown answer has result undefined and to = Infinity: it may have happened, or not.
const model = (owner, { op, who }) => {
  if (op === 'look') return { owner, result: owner };
  return owner ? { owner, result: 'taken' } : { owner: who, result: 'sold' };
};

export function linearizable(left, owner = null) {
  if (left.every(({ result }) => result === undefined)) return true;
  const firstEnd = Math.min(...left.map(({ to }) => to));
  return left.some((operation, i) => {
    if (operation.from > firstEnd) return false; // another one had ended before it began
    const next = model(owner, operation);
    if (operation.result !== undefined && operation.result !== next.result) return false;
    return linearizable(left.toSpliced(i, 1), next.owner);
  });
}

const buy = (who, from, to, result) => ({ op: 'buy', who, from, to, result });
const look = (from, to, result) => ({ op: 'look', from, to, result });

test('overlapping operations may take effect in either order', () => {
  assert.ok(linearizable([buy('ana', 0, 10, 'taken'), buy('ben', 5, 15, 'sold')]));
  assert.ok(linearizable([buy('ana', 0, 10, 'sold'), look(5, 8, null),
    look(9, 12, 'ana')]));
});

test('sold twice has no order', () => {
  assert.equal(linearizable([buy('ana', 0, 10, 'sold'), buy('ben', 5, 15, 'sold')]), false);
});

test('a look after a sale must show it, although nobody was sold the seat twice', () => {
  assert.equal(linearizable([buy('ana', 0, 10, 'sold'), look(11, 12, null)]), false);
  assert.equal(linearizable([buy('ana', 0, 10, 'sold'), look(2, 3, 'ana'),
    look(4, 5, null)]), false);
});

test('silence may be a yes or a no, but not both', () => {
  const silent = buy('ana', 0, Infinity, undefined);
  assert.ok(linearizable([silent, buy('ben', 20, 30, 'taken')]));
  assert.ok(linearizable([silent, buy('ben', 20, 30, 'sold')]));
  assert.equal(linearizable([silent, buy('ben', 20, 30, 'taken'),
    look(40, 50, null)]), false);
});

const seeded = (state) => () => {
  state = (state + 0x6d2b79f5) | 0;
  let x = Math.imul(state ^ (state >>> 15), 1 | state);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
};

async function play(seed, { cacheMs }) {         // two instances, one store, virtual time
  const random = seeded(seed);
  const between = (low, high) => low + Math.floor(random() * (high - low + 1));
  const agenda = [];
  let now = 0;
  const sleep = (ms) => new Promise((wake) => { agenda.push({ at: now + ms, wake }); });
  let owner = null;
  const history = [];
  const instance = () => {
    let cache = { owner: null, until: 0 };
    return {
      async look() {
        if (now < cache.until) return cache.owner;
        await sleep(between(1, 20));
        cache = { owner, until: now + cacheMs };
        return cache.owner;
      },
      async buy(who) {                           // decided in the store, at one moment
        await sleep(between(1, 20));
        if (owner) return 'taken';
        owner = who;
        if (between(1, 5) === 1) throw new Error('answer lost');
        return 'sold';
      },
    };
  };
  const instances = [instance(), instance()];
  const client = async (who) => {
    await sleep(between(0, 100));
    for (const op of ['look', 'buy', 'look']) {
      const entry = { op, who, from: now, to: Infinity, result: undefined };
      history.push(entry);
      try {
        entry.result = await instances[between(0, 1)][op](who);
        entry.to = now;
      } catch { /* the history keeps it as unknown */ }
      await sleep(between(1, 40));
    }
  };
  for (const who of ['ana', 'ben', 'chi']) client(who);
  for (;;) {
    await new Promise(setImmediate);
    agenda.sort((a, b) => a.at - b.at);
    const next = agenda.shift();
    if (!next) break;
    now = next.at;
    next.wake();
  }
  const sales = history.filter(({ result }) => result === 'sold').length;
  return { history, sales };
}

async function count(options) {
  let [bad, twice] = [0, 0];
  for (let seed = 1; seed <= 200; seed += 1) {
    const { history, sales } = await play(seed, options);
    twice += sales > 1;
    bad += !linearizable(history);
  }
  return { bad, twice };
}

test('without a cache, all histories of two instances are linearizable', async () => {
  assert.deepEqual(await count({ cacheMs: 0 }), { bad: 0, twice: 0 });
});

test('with a cache nothing is sold twice, and yet looks go back in time', async () => {
  const { bad, twice } = await count({ cacheMs: 100 });
  assert.equal(twice, 0);
  assert.ok(bad > 0);
});

// Shrinking must keep a history possible: a sale that explains other answers stays.
function shrink(history) {
  for (const [i, { op, result }] of history.entries()) {
    if (op === 'buy' && result !== 'taken') continue;
    const less = history.toSpliced(i, 1);
    if (!linearizable(less)) return shrink(less);
  }
  return history;
}

test('nine operations shrink to a sale and the look that missed it', async () => {
  let found = null;
  for (let seed = 1; seed <= 200 && !found; seed += 1) {
    const { history } = await play(seed, { cacheMs: 100 });
    if (!linearizable(history)) found = history;
  }
  assert.equal(found.length, 9);
  const [sale, missed, ...rest] = shrink(found);
  assert.deepEqual([sale.op, sale.result, missed.op, missed.result, rest.length],
    ['buy', 'sold', 'look', null, 0]);
  assert.ok(sale.to < missed.from);
});
