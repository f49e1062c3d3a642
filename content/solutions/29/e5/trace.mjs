import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage();
const ROUTES = new Set(['POST /v1/orders', 'POST /v1/payments', 'process order.paid']);
const QUERIES = new Set(['SELECT hold', 'SELECT price', 'INSERT order']);
const ATTRIBUTES = { 'order.id': 40, 'show.id': 40, 'seat.count': 3, 'db.rows': 6 };  // max length

// Spans with names from lists and attributes within limits; log lines that carry their IDs.
export function createTrace({ now, newId, collect, write }) {
  const refused = { names: 0, attributes: 0 };
  async function span(name, attributes, work) {
    const parent = storage.getStore();
    const known = ROUTES.has(name) || QUERIES.has(name);
    if (!known) refused.names += 1;
    const kept = {};
    for (const [key, value] of Object.entries(attributes)) {
      const fits = Object.hasOwn(ATTRIBUTES, key) && String(value).length <= ATTRIBUTES[key];
      if (fits) kept[key] = value;
      else refused.attributes += 1;
    }
    const record = { traceId: parent?.traceId ?? newId(), spanId: newId(),
      parentId: parent?.spanId, name: known ? name : 'other', attributes: kept, start: now() };
    try {
      return await storage.run(record, work);
    } catch (error) {
      record.error = error.code ?? error.name;
      throw error;
    } finally {
      collect({ ...record, end: now() });
    }
  }
  function log(event, data = {}) {
    const { traceId, spanId } = storage.getStore() ?? {};
    write(JSON.stringify({ event, traceId, spanId, ...data }));
  }
  return { span, log, refused: () => ({ ...refused }) };
}

// What a trace must look like, as assertions that need no clock.
export function shape(spans) {
  const count = (name) => spans.filter((s) => s.name === name).length;
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return {
    traces: new Set(spans.map(({ traceId }) => traceId)).size,
    roots: spans.filter(({ parentId }) => !parentId).length,
    orphans: spans.filter(({ parentId }) => parentId && !ids.has(parentId)).length,
    charges: count('POST /v1/payments'),
    queries: [...QUERIES].reduce((sum, name) => sum + count(name), 0),
    errors: spans.filter(({ error }) => error).length,
  };
}
