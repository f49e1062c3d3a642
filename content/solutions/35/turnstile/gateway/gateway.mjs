// The API's door: who, how often, what shape; then one bounded call to booking (Modules 6 to 9).
import { Agent } from 'node:http';
import { call, jsonServer, listen, problem, readJson } from '../lib/http.mjs';
import { span } from '../lib/trace.mjs';

export function gcra({ periodMs, toleranceMs, now }) {     // Module 6
  const arrivals = new Map();                    // key -> theoretical arrival time
  return (key) => {
    const due = Math.max(arrivals.get(key) ?? 0, now());
    if (due - now() > toleranceMs) return { ok: false, retryMs: due - now() - toleranceMs };
    arrivals.set(key, due + periodMs);
    return { ok: true };
  };
}

const SHAPES = {                                 // exactly these members, of these forms
  holds: { show: /^show_[a-z0-9]{1,20}$/, seat: /^[A-Z]\d{1,3}$/ },
  orders: { holdId: /^hold_[\w-]{36}$/, card: /^card_[a-z]{1,20}$/ },
};

function invalid(resource, body) {
  const shape = SHAPES[resource];
  const unknown = Object.keys(body).find((name) => !Object.hasOwn(shape, name));
  if (unknown) return `unknown member ${unknown.slice(0, 40)}`;
  const wrong = Object.keys(shape).find((name) =>
    typeof body[name] !== 'string' || !shape[name].test(body[name]));
  return wrong && `/${wrong} is not as the contract says`;
}

export async function startGateway({ version, check, limit, bookingPort, broken = false }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  let map;                                       // the seat map, kept for a moment: Module 15

  async function ask(message) {
    try {
      return await span('API gateway to booking',
        () => call({ agent, port: bookingPort(), timeoutMs: 7_000, ...message }));
    } catch (error) {                            // unknown, unless it was never sent
      const type = error.unsent ? 'unavailable' : 'unknown-outcome';
      return problem(503, type, 'Send the same key again', { 'retry-after': '1' });
    }
  }

  async function seats(path) {                   // one question for all who ask at once
    if (map?.path !== path || performance.now() > map.until) {
      map = { path, until: performance.now() + 100, answer: ask({ path }) };
    }
    return map.answer;
  }

  async function handle(req) {
    const customer = check(req.headers.authorization);
    if (!customer) return problem(401, 'token', 'No valid token');
    const { ok, retryMs } = limit(customer);
    if (!ok) {
      return problem(429, 'too-often', 'Too many requests',
        { 'retry-after': String(Math.ceil(retryMs / 1_000)) });
    }
    const [, v1, resource, id, sub, rest] = req.url.split('/');
    if (v1 !== 'v1' || rest !== undefined) return problem(404, 'no-route', 'Not found');
    if (req.method === 'GET') {
      if (resource === 'shows' && sub === 'seats') return seats(`/v1/shows/${id}/seats`);
      if (resource === 'orders' && id && !sub) {
        const { prefer } = req.headers;          // RFC 7240, section 4.3
        return ask({ path: `/v1/orders/${encodeURIComponent(id)}`,
          headers: { 'x-customer': customer, ...(prefer && { prefer }) } });
      }
    }
    if (req.method !== 'POST' || id || !Object.hasOwn(SHAPES, resource)) {
      return problem(404, 'no-route', 'Not found');
    }
    if (broken && resource === 'orders') throw new TypeError('the new version has a bug');
    const key = req.headers['idempotency-key'];
    if (!/^[\w-]{8,64}$/.test(key ?? '')) {
      return problem(400, 'key', 'Idempotency-Key: 8 to 64 letters, digits, - or _');
    }
    const body = await readJson(req);
    const wrong = invalid(resource, body);
    if (wrong) return problem(422, 'invalid', wrong);
    return ask({ method: 'POST', path: `/v1/${resource}`, body,
      headers: { 'x-customer': customer, 'idempotency-key': key } });
  }

  const server = jsonServer('API', handle);
  const port = await listen(server);
  return { port, version,
    close() { server.close(); server.closeAllConnections(); agent.destroy(); } };
}
