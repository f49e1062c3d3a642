// Customers: they resolve, connect, hold, order and wait, and they repeat what got no answer.
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:https';
import { once } from 'node:events';
import tls from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { createResolver } from '../edge/resolver.mjs';
import { call } from '../lib/http.mjs';
import { newTrace, span } from '../lib/trace.mjs';

const PATIENCE_MS = 30_000;                      // a restart takes a second, on a busy machine more

export const seeded = (state) => () => {         // mulberry32, as in Module 26
  state = (state + 0x6d2b79f5) | 0;
  let x = Math.imul(state ^ (state >>> 15), 1 | state);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
};

export function createCrowd(turnstile, { sockets = 40 } = {}) {
  const { host, edge, ca, tokens, authority, now } = turnstile;
  const resolve = createResolver({ port: authority.port, now });
  const lookup = (name, options, done) => resolve(name).then(
    ({ address }) => (options.all ? done(null, [{ address, family: 4 }]) : done(null, address, 4)),
    (error) => done(error));
  const agent = new Agent({ keepAlive: true, maxSockets: sockets, ca, lookup, servername: host });

  const ask = (token, message) => call({ make: request, agent, host, port: edge.port,
    timeoutMs: 10_000, ...message, headers: { host, authorization: `Bearer ${token}`,
      ...message.headers } });

  // One key for all tries: an answer that was lost may have been a yes.
  async function post(token, path, body, { tries = Infinity, key = randomUUID() } = {}) {
    const end = performance.now() + PATIENCE_MS;
    for (let n = 1; ; n += 1) {
      const answer = await ask(token, { method: 'POST', path, body,
        headers: { 'idempotency-key': key } }).catch((error) => ({ status: 0, error }));
      if (answer.status !== 0 && answer.status < 500 && answer.status !== 429) return answer;
      if (n === tries || performance.now() > end) return answer;
      await sleep(20 + Math.random() * 80);
    }
  }

  const holdMs = [];                             // as buyers see it, with the wait for a connection
  async function hold(token, body) {
    const start = performance.now();
    const answer = await post(token, '/v1/holds', body);
    holdMs.push(performance.now() - start);
    return answer;
  }

  async function get(token, path, headers) {
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
      try {
        const answer = await ask(token, { path, headers });
        if (answer.status === 200) return answer.body;
      } catch { /* repeat: a GET changes nothing */ }
      await sleep(20 + Math.random() * 80);
    }
    throw new Error(`no answer from ${path}`);
  }

  async function findSeat(token, show, random) { // undefined: nothing is free any more
    for (;;) {
      const { free } = await get(token, `/v1/shows/${show}/seats`);
      if (free.length === 0) return undefined;
      const seat = free[Math.floor(random() * free.length)];
      const held = await hold(token, { show, seat });
      if (held.status === 201) return held.body;           // else: others saw the same map
    }
  }

  async function outcome(token, id) {            // pending as long as it takes
    for (;;) {
      const order = await get(token, `/v1/orders/${id}`, { prefer: 'wait=2' });
      if (!['pending', 'paid'].includes(order.status)) return order;
    }
  }

  async function buy({ name, show, random, card = 'card_good', leaves = false, twice = false }) {
    const token = tokens.issue(name);
    const hold = await findSeat(token, show, random);
    if (!hold) return { name, result: 'nothing free' };
    if (leaves) return { name, result: 'left', hold };
    const body = { holdId: hold.id, card };
    const key = randomUUID();
    const [placed, second] = await Promise.all([ // a second click, before the first has answered
      post(token, '/v1/orders', body, { key }),
      twice ? post(token, '/v1/orders', body, { key }) : undefined]);
    if (placed.status !== 202) return { name, result: `order: ${placed.status}` };
    if (second && second.body.id !== placed.body.id) return { name, result: 'two answers' };
    const { id, status, ticket } = await outcome(token, placed.body.id);
    return { name, result: status, order: id, ticket };
  }
  return { ask, post, get, buy, outcome, findSeat, resolve, holdMs,
    close: () => agent.destroy() };
}

// One purchase on a connection of its own, each step a span: the request of the whole course.
export async function tracedPurchase(turnstile, { name, show }) {
  const { host, edge, ca, tokens, authority, now } = turnstile;
  const resolve = createResolver({ port: authority.port, now });
  const token = tokens.issue(name);
  const trace = newTrace();
  await span('buy a ticket', async () => {
    const { address } = await span('DNS lookup', () => resolve(host));
    const socket = await span('TLS handshake', async () => {
      const connecting = tls.connect({ host: address, port: edge.port, servername: host, ca });
      await once(connecting, 'secureConnect');
      return connecting;
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agent.createConnection = () => socket;       // all requests go through this one
    const send = (title, message) => span(title, async () => {
      const answer = await call({ make: request, agent, host, port: edge.port, ...message,
        headers: { host, authorization: `Bearer ${token}`, 'idempotency-key': randomUUID(),
          ...message.headers } });
      if (answer.status >= 400) throw new Error(`${title}: ${answer.status}`);
      return answer.body;
    });
    const { free } = await send('GET seats', { path: `/v1/shows/${show}/seats` });
    const hold = await send('POST hold',
      { method: 'POST', path: '/v1/holds', body: { show, seat: free[0] } });
    const order = await send('POST order',
      { method: 'POST', path: '/v1/orders', body: { holdId: hold.id, card: 'card_good' } });
    await send('GET order', { path: `/v1/orders/${order.id}`, headers: { prefer: 'wait=5' } });
    socket.destroy();
  }, trace);
  return trace.trace;
}
