// The database: a journal with one writer, copied to a standby before it acknowledges.
// node store/server.mjs FILE primary|standby EPOCH [PORT-OF-STANDBY]
import { Agent } from 'node:http';
import { call, jsonServer, listen, problem, readJson } from '../lib/http.mjs';
import { reportToParent, span } from '../lib/trace.mjs';
import { openJournal } from './journal.mjs';

const [path, role, firstEpoch, standby] = process.argv.slice(2);
const journal = await openJournal(path);
const agent = new Agent({ keepAlive: true });
let primary = role === 'primary';
let copied = 0;                                  // batches that the standby has, as it said itself
let epoch = Math.max(Number(firstEpoch), ...journal.batches.map((batch) => batch.epoch));
reportToParent();

let turn = Promise.resolve();                    // one after the other, whatever is asked
const inTurn = (work) => (input) => {
  const done = turn.then(() => work(input));
  turn = done.catch(() => {});                   // who asked hears of it
  return done;
};

async function copy() {                          // all that the standby does not have yet
  for (; copied < journal.batches.length; copied += 1) {
    const { status } = await call({ agent, port: standby, method: 'POST', path: '/copies',
      body: { epoch, after: copied, batch: journal.batches[copied] }, timeoutMs: 4_000 });
    if (status === 409) primary = false;         // a younger primary exists: step down
    if (status !== 200) throw new Error(`the standby refused: ${status}`);
  }
}

async function onBoth() {                        // undefined, or the reason why not
  if (!primary || !standby) return undefined;
  try {
    await span('standby copy', copy);
    return undefined;
  } catch (error) {                              // written here, unknown there: nobody is told
    return problem(primary ? 503 : 409, primary ? 'no-standby' : 'fenced', error.message);
  }
}

async function append({ epoch: theirs, after, records }) {
  if (!primary) return problem(409, 'not-primary', 'Not the primary');
  if (theirs !== epoch || after !== journal.batches.length) {
    return problem(409, 'fenced', `At ${epoch}/${journal.batches.length}`);
  }
  await span('database write', () => journal.append({ epoch, records }));
  return (await onBoth()) ?? { status: 200, body: { length: journal.batches.length } };
}

// Whoever replays will answer customers from it. So a batch that only we have is copied first.
const batches = async () =>
  (await onBoth()) ?? { status: 200, body: { epoch, batches: journal.batches } };

async function accept({ epoch: theirs, after, batch }) {   // the standby's side
  if (theirs < epoch || primary) return problem(409, 'fenced', `At epoch ${epoch}`);
  if (after !== journal.batches.length) return problem(412, 'gap', 'Not the next batch');
  await span('standby write', () => journal.append(batch));
  epoch = theirs;
  return { status: 200, body: {} };
}

async function promote({ epoch: next }) {
  if (next <= epoch) return problem(409, 'old-epoch', `At epoch ${epoch} already`);
  await journal.append({ epoch: next, records: [] });      // from here on, older ones are refused
  [epoch, primary] = [next, true];
  return { status: 200, body: { epoch, length: journal.batches.length } };
}

const routes = {
  'POST /batches': inTurn(append), 'POST /copies': inTurn(accept),
  'POST /promotion': inTurn(promote), 'GET /batches': inTurn(batches),
};
const server = jsonServer('database', async (req) => {
  const work = routes[`${req.method} ${req.url}`];
  if (!work) return problem(404, 'no-route', 'Not found');
  return work(req.method === 'POST' ? await readJson(req, 1_000_000) : undefined);
});

if (primary && standby) {
  const { body } = await call({ agent, port: standby, path: '/batches' });
  const [ours, theirs] = [journal.batches.length, body.batches.length];
  if (body.epoch === epoch && theirs > ours) {   // we write first, so this is no tear
    throw new Error(`${path}: damaged, ${ours} batches, and the standby has ${theirs}`);
  }
  copied = Math.min(ours, theirs);
  await copy();                                  // what a crash left out over there
}
process.send?.({ port: await listen(server), torn: journal.torn });
