import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';

class BadRequest extends Error {}
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;

function readHead(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  const hopeless = bytes.length > 16_384 || /(^|[^\r])\n/.test(bytes);  // a bare line feed
  if (end < 0 && hopeless) throw new BadRequest('head');
  if (end < 0) return null;
  const [line, ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  if (!/^[A-Z]+ \/\S* HTTP\/1\.1$/.test(line)) throw new BadRequest('request line');
  const fields = Object.create(null);
  for (const text of lines) {
    const [, key, value] = FIELD.exec(text) ?? [];
    if (!key) throw new BadRequest('field line');
    const name = key.toLowerCase();
    fields[name] = name in fields ? `${fields[name]}, ${value}` : value;
  }
  if (!fields.host || fields.host.includes(',')) throw new BadRequest('host');
  return { fields, at: end + 4 };
}

function endOfChunks(bytes, at) {
  for (let next = at; next < bytes.length;) {
    const line = bytes.indexOf('\r\n', next);
    if (line < 0) return null;
    const size = bytes.toString('latin1', next, line);
    if (!/^[0-9a-f]{1,4}$/i.test(size)) throw new BadRequest('chunk size');
    const end = line + 2 + parseInt(size, 16);
    if (bytes.length < end + 2) return null;
    if (bytes.toString('latin1', end, end + 2) !== '\r\n') throw new BadRequest('chunk');
    if (end === line + 2) return end + 2;
    next = end + 2;
  }
  return null;
}

function endOfRequest(bytes) {                   // null: more bytes are needed
  const head = readHead(bytes);
  if (!head) return null;
  const { 'content-length': length, 'transfer-encoding': coding } = head.fields;
  if (length !== undefined && coding !== undefined) throw new BadRequest('two lengths');
  if (coding !== undefined && !/^chunked$/i.test(coding)) throw new BadRequest('coding');
  if (coding !== undefined) return endOfChunks(bytes, head.at);
  if (!/^\d{1,5}$/.test(length ?? '0')) throw new BadRequest('length');
  const end = head.at + Number(length ?? 0);
  return bytes.length < end ? null : end;
}

const REFUSAL = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n';

const strict = createServer((socket) => {
  let bytes = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());    // reset by the client
  socket.on('data', function onData(chunk) {
    bytes = Buffer.concat([bytes, chunk]);
    try {
      for (let end; (end = endOfRequest(bytes)) !== null; bytes = bytes.subarray(end)) {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      }
    } catch (error) {
      if (!(error instanceof BadRequest)) console.error(error);
      socket.off('data', onData).resume();
      socket.end(REFUSAL);
    }
  });
});
const answer = (req, res) => { req.resume().on('end', () => res.end()); };
const builtIn = createHttpServer(answer);
const lenient = createHttpServer({ insecureHTTPParser: true }, answer);

const start = 'POST /v1/holds HTTP/1.1\r\n';
const host = 'Host: turnstile.test\r\n';
const chunked = 'Transfer-Encoding: chunked\r\n';
const good = {
  'a length': `${start}${host}Content-Length: 2\r\n\r\nhi`,
  chunks: `${start}${host}${chunked}\r\n2\r\nhi\r\n0\r\n\r\n`,
};
const hostile = {
  'both lengths': `${start}${host}Content-Length: 5\r\n${chunked}\r\n0\r\n\r\n`,
  'two lengths': `${start}${host}Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!`,
  'a signed length': `${start}${host}Content-Length: +2\r\n\r\nhi`,
  'space before colon': `${start}${host}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
  'a folded line': `${start}${host}X-Seat: A\r\n 12\r\n\r\n`,
  'bare line feed': 'GET /v1/shows HTTP/1.1\nHost: turnstile.test\n\n',
  'bare carriage return': `${start}${host}X-Seat: A\r12\r\n\r\n`,
  'no host': `${start}\r\n`,
  'two hosts': `${start}${host}Host: other.test\r\n\r\n`,
  'unknown coding': `${start}${host}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  'chunk size with 0x': `${start}${host}${chunked}\r\n0x2\r\nhi\r\n0\r\n\r\n`,
  'chunk without end': `${start}${host}${chunked}\r\n2\r\nhi0\r\n\r\n`,
};

async function statusOf(server, text) {
  const socket = connect(server.address().port, '127.0.0.1');
  socket.end(text);
  let raw = '';
  for await (const part of socket.setEncoding('latin1')) raw += part;
  return raw.slice(9, 12) || 'none';             // none: taken to the end, not answered
}

const servers = [strict, builtIn, lenient];
for (const server of servers) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}
const passed = { builtIn: [], lenient: [] };
for (const [name, text] of Object.entries({ ...good, ...hostile })) {
  const statuses = [];
  for (const server of servers) statuses.push(await statusOf(server, text));
  if (name in hostile && statuses[1] !== '400') passed.builtIn.push(name);
  if (name in hostile && statuses[2] !== '400') passed.lenient.push(name);
  console.log(name.padEnd(21), ...statuses);
}
console.log('node:http lets through:', passed.builtIn.join(', '), '(RFC 9112 §3.2)');
console.log('with insecureHTTPParser:', passed.lenient.join(', '));
for (const server of servers) server.close();
