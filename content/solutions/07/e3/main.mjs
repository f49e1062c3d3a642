const shows = new Map([0, 1, 2, 3].map((i) => [`show_${i}`, { title: `Show ${i}` }]));
const orders = Array.from({ length: 20 }, (_, i) => ({ id: i, showId: `show_${i % 4}` }));
const calls = [];                                // every trip to the catalog

async function fetchShows(ids) {
  calls.push(ids.length);
  return ids.map((id) => shows.get(id));         // in the order that was asked for
}

function createLoader(fetchAll) {                // one per request, never shared
  const waiting = new Map();                     // id -> { promise, resolve, reject }
  let scheduled = false;
  async function flush() {
    const batch = [...waiting].filter(([, entry]) => !entry.sent);
    scheduled = false;
    for (const [, entry] of batch) entry.sent = true;
    try {
      const values = await fetchAll(batch.map(([id]) => id));
      batch.forEach(([, { resolve }], i) => resolve(values[i]));
    } catch (error) {
      for (const [, { reject }] of batch) reject(error);
    }
  }
  return function load(id) {
    if (!waiting.has(id)) waiting.set(id, { ...Promise.withResolvers(), sent: false });
    if (!scheduled) { scheduled = true; queueMicrotask(flush); }
    return waiting.get(id).promise;
  };
}

async function resolve(loadShow) {               // { orders { id show { title } } }
  calls.length = 0;
  calls.push(orders.length);                     // the list itself
  const rows = await Promise.all(orders.map(async ({ id, showId }) =>
    ({ id, show: await loadShow(showId) })));
  const { id, show } = rows.at(-1);
  return `${calls.length} trips, ${rows.length} rows, the last: ${id} ${show.title}`;
}

const naive = async (id) => (await fetchShows([id]))[0];
console.log('naive  ', await resolve(naive));
console.log('batched', await resolve(createLoader(fetchShows)));

function cost(field) {                           // rows that may be touched, before any are
  const inside = Object.values(field.fields ?? {}).reduce((sum, f) => sum + cost(f), 0);
  return (field.first ?? 1) * (1 + inside);
}

const LIMIT = 1_000;
const queries = {
  small: { first: 20, fields: { show: {} } },
  nested: { first: 50, fields: { show: { fields: { orders: { first: 50 } } } } },
};
for (const [name, query] of Object.entries(queries)) {
  console.log(name.padEnd(7), cost(query), cost(query) > LIMIT ? 'refused' : 'accepted');
}
