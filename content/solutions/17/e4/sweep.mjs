const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export function readAll(list) {                   // every page, and as many as the list claims
  const names = new Set();
  let page = list();
  for (;;) {
    page.items.forEach((name) => names.add(name));
    if (page.next === undefined) break;
    page = list(page.next);
  }
  if (names.size !== page.total) throw new Error(`read ${names.size} of ${page.total} names`);
  if (names.size === 0) throw new Error('an empty catalog is a fault, not an order');
  return names;
}

export function plan({ list, bucket, now, most = 0.05, previous }) {
  const keep = readAll(list);
  const orphans = [...bucket.keys()].filter((name) =>
    !keep.has(name) && bucket.get(name).hiddenAt === undefined);
  const seenBefore = new Set(previous?.orphans ?? []);
  const names = orphans.filter((name) => seenBefore.has(name));    // twice in a row
  const limit = Math.floor(bucket.size * most);
  return { at: now, orphans, names, limit, tooMany: names.length > limit };
}

export function apply(planned, { list, bucket, now, approvedBy }) {
  if (now - planned.at > HOUR) throw new Error('the plan is too old');
  if (planned.tooMany && !approvedBy) {
    throw new Error(`${planned.names.length} names, at most ${planned.limit}`);
  }
  const keep = readAll(list);                     // the world may have moved since the plan
  const names = planned.names.filter((name) => !keep.has(name));
  for (const name of names) bucket.get(name).hiddenAt = now;       // hidden, not gone
  return names.length;
}

export const restore = (bucket, name) => { bucket.get(name).hiddenAt = undefined; };

export function purge({ list, bucket, now }) {    // a job of its own, with a power of its own
  const keep = readAll(list);
  let gone = 0;
  for (const [name, { hiddenAt }] of bucket) {
    if (hiddenAt === undefined) continue;
    if (keep.has(name)) restore(bucket, name);    // in use again: 30 days are a long time
    else if (now - hiddenAt >= 30 * DAY && bucket.delete(name)) gone += 1;
  }
  return gone;
}
