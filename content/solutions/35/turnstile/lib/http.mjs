// JSON over HTTP for servers and callers: limits, problem details, one deadline a call.
import { createServer, request } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fromHeader, span, traceparent } from './trace.mjs';

export const problem = (status, type, title, headers = {}) => ({
  status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: { type: `https://turnstile.example/problems/${type}`, title, status },
});

export class BadRequest extends Error {
  constructor(answer) {
    super(answer.body.title);
    this.answer = answer;
  }
}

export async function readJson(req, limit = 2_048) {
  const chunks = [];
  let size = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {  // the 413 needs the socket
    size += chunk.length;
    if (size > limit) throw new BadRequest(problem(413, 'too-large', `Over ${limit} bytes`,
      { connection: 'close' }));
    chunks.push(chunk);
  }
  try {
    const value = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (value !== null && typeof value === 'object') return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new BadRequest(problem(400, 'json', 'Not a JSON object'));
}

export async function listen(server, port = 0) {
  server.keepAliveTimeout = 65_000;              // longer than any caller keeps a connection
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return server.address().port;
}

// handle(req) answers { status, headers, body }; a throw is ours, and says nothing to others.
export function jsonServer(name, handle, { create = createServer } = {}) {
  return create(async (req, res) => {
    let answer;
    try {
      const parent = fromHeader(req.headers.traceparent);
      answer = parent ? await span(name, () => handle(req), parent) : await handle(req);
    } catch (error) {
      if (!(error instanceof BadRequest)) console.error(`${name}:`, error);
      answer = error.answer ?? problem(500, 'internal', 'Our fault: send the same key again');
    }
    const body = Buffer.from(JSON.stringify(answer.body ?? {}));
    res.writeHead(answer.status, { 'content-type': 'application/json',
      'content-length': body.length, ...answer.headers });
    res.end(body);
  });
}

// Throws when there is no answer: error.unsent says that the other side never had the request.
export async function call({ port, method = 'GET', path, headers = {}, body, timeoutMs = 2_000,
  agent, make = request, ...options }) {
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const parent = traceparent();
  const out = make({ host: '127.0.0.1', port, method, path, agent, ...options,
    signal: AbortSignal.timeout(timeoutMs),
    headers: { ...headers, ...(parent && { traceparent: parent }),
      ...(bytes && { 'content-type': 'application/json', 'content-length': bytes.length }) } });
  try {
    const [res] = await once(out.end(bytes), 'response');
    out.on('error', (error) => res.destroy(error));
    return { status: res.statusCode, headers: res.headers, body: JSON.parse(await text(res)) };
  } catch (error) {
    error.unsent = error.syscall === 'connect';
    throw error;
  }
}
