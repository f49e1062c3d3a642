// The reverse proxy: TLS ends here; least requests, one retry, a share for a canary (Module 5).
import { Agent, request } from 'node:http';
import { createServer } from 'node:https';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { createHash } from 'node:crypto';
import { fromHeader, span, traceparent } from '../lib/trace.mjs';
import { listen } from '../lib/http.mjs';

const REPEATABLE = new Set(['GET', 'HEAD']);
const HOP = ['connection', 'keep-alive', 'transfer-encoding', 'te', 'upgrade', 'trailer',
  'x-customer', 'forwarded', 'traceparent'];     // the last three: not from outside
const endToEnd = (headers) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP.includes(name)));

// The same token meets the same version at every request (Module 27).
const bucket = (text) =>
  createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;

async function bounded(req, limit = 16_384) {    // undefined: more than any request of ours needs
  const chunks = [];
  let size = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {  // 413 can still go out
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export async function startEdge({ key, cert, ca }) {
  const members = new Set();                     // { port, version, active, good, bad }
  const agent = new Agent({ keepAlive: true });
  const canary = { share: 0, version: undefined };
  const holdMs = [];                             // of each hold, as it looks from here

  function pick(req, tried) {
    const chosen = bucket(req.headers.authorization ?? '') < canary.share;
    const able = [...members].filter((member) => !tried.has(member)
      && (member.version === canary.version) === chosen);
    return able.sort((a, b) => a.active - b.active)[0];
  }

  async function attempt(member, req, body) {
    member.active += 1;
    try {
      const out = request({ agent, host: '127.0.0.1', port: member.port, method: req.method,
        path: req.url, signal: AbortSignal.timeout(8_000), headers: {
          ...endToEnd(req.headers), 'content-length': body.length,
          forwarded: `for=${req.socket.remoteAddress};proto=https`,
          ...(traceparent() && { traceparent: traceparent() }) } });
      const [res] = await once(out.end(body), 'response');
      const answer = await buffer(res);
      member[res.statusCode < 500 ? 'good' : 'bad'] += 1;
      return { status: res.statusCode, headers: endToEnd(res.headers), answer };
    } catch (error) {
      member.bad += 1;
      throw error;
    } finally {
      member.active -= 1;
    }
  }

  async function forward(req, body, tried = new Set()) {
    const member = pick(req, tried);
    if (!member) return { status: 503, headers: { 'retry-after': '1' }, answer: Buffer.alloc(0) };
    tried.add(member);
    try {
      return await attempt(member, req, body);
    } catch (error) {
      const again = error.syscall === 'connect' || REPEATABLE.has(req.method);
      if (again && tried.size < 2) return forward(req, body, tried);
      return { status: 502, headers: {}, answer: Buffer.alloc(0) };
    }
  }

  const server = createServer({ key, cert, ca, minVersion: 'TLSv1.3' }, async (req, res) => {
    try {
      const body = await bounded(req);
      if (!body) {                               // and the connection, since the rest is unread
        res.writeHead(413, { connection: 'close' }).end();
        return;
      }
      const parent = fromHeader(req.headers.traceparent);  // ours: the test client's. A public
      const work = () => forward(req, body);     // edge begins its own trace (Module 29)
      const start = performance.now();
      const { status, headers, answer } = parent ? await span('proxy', work, parent)
        : await work();
      if (req.url === '/v1/holds') holdMs.push(performance.now() - start);
      res.writeHead(status, { ...headers, 'content-length': answer.length }).end(answer);
    } catch (error) {
      console.error('edge: cut short:', error.code ?? error.message);
      res.destroy();
    }
  });
  const port = await listen(server);
  return {
    port, canary, holdMs,
    add(member) { members.add(Object.assign(member, { active: 0, good: 0, bad: 0 })); },
    remove(member) { members.delete(member); },
    close() { server.close(); server.closeAllConnections(); agent.destroy(); },
  };
}
