// node booking/server.mjs OPTIONS-AS-JSON: database and payments ports, shows, clock, ticket key
import { Agent } from 'node:http';
import { call, jsonServer, listen, problem, readJson } from '../lib/http.mjs';
import { fromHeader, reportToParent, traceparent } from '../lib/trace.mjs';
import { connect } from '../store/client.mjs';
import { createRelay } from './relay.mjs';
import { createBooking } from './service.mjs';

const { databasePort, paymentsPort, shows, ticketKey, crashAfter, ...options } =
  JSON.parse(process.argv[2]);
let { clockOffset } = options;
reportToParent();

const stop = (error) => {                        // memory may be ahead of the disk: only a replay
  process.send?.({ stopped: error.message });    // is sure to be right
  process.exit(1);
};
const database = await connect(databasePort, stop);
const booking = createBooking({
  database, ticketKey, now: () => Date.now() + clockOffset,
  shows: new Map(Object.entries(shows).map(([id, seats]) => [id, new Set(seats)])),
});

const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const stats = { attempts: 0 };
const relay = createRelay({
  outbox: booking.outbox, settled: database.settled, stats,
  handlers: {
    async payments(message) {
      const { order, amount, currency, card } = message;
      const { status, body } = await call({ agent, port: paymentsPort, method: 'POST',
        path: '/v1/charges', headers: { 'idempotency-key': order },
        body: { order, amount, currency, card }, timeoutMs: 600 });
      if (status !== 200) throw new Error(`payments: ${status}`);
      await booking.settle(message, body);
      const paid = booking.count('paid') + booking.count('ticketed');
      if (crashAfter && paid >= crashAfter) process.kill(process.pid, 'SIGKILL');
    },
    ticketing: booking.ticketing,
  },
});

async function route(req) {
  const url = new URL(req.url, 'http://booking');
  const [, , resource, id, sub] = url.pathname.split('/');
  const caller = req.headers['x-customer'];      // from our gateway only (in production: mTLS)
  const key = req.headers['idempotency-key'];
  if (req.method === 'GET') {
    if (resource === 'shows' && sub === 'seats') return booking.showSeats({ show: id });
    const wait = Number(/^wait=(\d)$/.exec(req.headers.prefer ?? '')?.[1] ?? 0) * 1_000;
    if (resource === 'orders') return booking.showOrder({ caller, id, wait });
  }
  if (req.method === 'POST' && resource === 'holds') {
    return booking.placeHold({ caller, key, ...(await readJson(req)) });
  }
  if (req.method === 'POST' && resource === 'orders') {
    const trace = fromHeader(traceparent());     // travels with the message
    const answer = await booking.placeOrder({ caller, key, trace, ...(await readJson(req)) });
    relay.pump();
    return answer;
  }
  return problem(404, 'no-route', 'Not found');
}

process.on('message', ({ advance, ask }) => {    // from the supervisor, which waits for the answer
  if (advance) clockOffset += advance;
  if (advance || ask) process.send({ stats: { ...stats, waiting: booking.outbox.size } });
});
process.send?.({ port: await listen(jsonServer('booking', route)) });
