// Charges through the provider, once for each order. node payments/server.mjs FILE PROVIDER-PORT
import { Agent } from 'node:http';
import { call, jsonServer, listen, problem, readJson } from '../lib/http.mjs';
import { reportToParent } from '../lib/trace.mjs';
import { openJournal } from '../store/journal.mjs';

const [path, providerPort] = process.argv.slice(2);
const journal = await openJournal(path);
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
reportToParent();

const settled = new Map(journal.batches.map(({ order, answer }) => [order, answer]));
const running = new Map();                       // order -> the charge that is under way
let writing = Promise.resolve();                 // the journal takes one batch at a time

function write(batch) {
  writing = writing.then(() => journal.append(batch)).catch((error) => {
    console.error('payments stops:', error.message);
    process.exit(1);
  });
  return writing;
}

async function charge({ order, ...rest }) {
  const { status, body } = await call({ agent, port: providerPort, method: 'POST',
    path: '/captures', headers: { 'idempotency-key': order }, body: { order, ...rest },
    timeoutMs: 400 });
  if (status !== 200) throw new Error(`the provider answered ${status}`);
  await write({ order, answer: body });
  settled.set(order, body);
  return body;
}

async function route(req) {
  const order = req.headers['idempotency-key'];
  if (req.method !== 'POST' || req.url !== '/v1/charges' || !order) {
    return problem(404, 'no-route', 'Not found');
  }
  const body = await readJson(req);
  const known = settled.get(order);
  if (known) return { status: 200, body: known };
  if (!running.has(order)) {
    running.set(order, charge({ ...body, order }).finally(() => running.delete(order)));
  }
  try {
    return { status: 200, body: await running.get(order) };
  } catch (error) {                              // captured or not: only the provider knows
    return problem(504, 'provider', error.message);
  }
}

process.send?.({ port: await listen(jsonServer('payments', route)), torn: journal.torn });
