import { gunzipSync } from 'node:zlib';

export const LIMITS = { maxBytes: 8_192, maxDecoded: 65_536, maxDepth: 4, maxValues: 50 };

export class Refusal extends Error {
  constructor(status, problems) {
    super(`refused with ${status}`);
    Object.assign(this, { status, problems });
  }
}
const refuse = (status, detail, pointer = '#') => {
  throw new Refusal(status, [{ pointer, detail }]);
};

export async function readBody(req) {
  const type = (req.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  if (type !== 'application/json') refuse(415, 'send application/json');
  const coding = (req.headers['content-encoding'] ?? 'identity').toLowerCase();
  if (!['identity', 'gzip'].includes(coding)) refuse(415, 'send it plain or as gzip');
  if (Number(req.headers['content-length']) > LIMITS.maxBytes) refuse(413, 'too large');
  const parts = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size > LIMITS.maxBytes) refuse(413, 'too large');
    parts.push(chunk);
  }
  const body = Buffer.concat(parts);
  if (coding === 'identity') return body;
  try {
    return gunzipSync(body, { maxOutputLength: LIMITS.maxDecoded });
  } catch (error) {
    return error.code === 'ERR_BUFFER_TOO_LARGE'
      ? refuse(413, 'too large when unpacked') : refuse(400, 'not gzip');
  }
}

// Depth and doubled names; the grammar is left to JSON.parse. A string matches where it
// begins, closed or not, so no text is scanned twice.
function scan(text) {
  const open = [];                               // a Set of names per object, null per list
  const token = /"[^"\\]*(?:\\.?[^"\\]*)*(?:"|$)(\s*:)?|[{}[\]]/gs;
  for (let found; (found = token.exec(text));) {
    const [raw, colon] = found;
    if (raw === '{') open.push(new Set());
    else if (raw === '[') open.push(null);
    else if (raw === '}' || raw === ']') open.pop();
    else if (colon) {
      const name = JSON.parse(raw.slice(0, raw.length - colon.length));
      if (open.at(-1)?.has(name)) refuse(400, 'a name twice');
      open.at(-1)?.add(name);
    }
    if (open.length > LIMITS.maxDepth) refuse(400, 'too deep');
  }
}

function parseJson(bytes) {
  let [text, values] = ['', 0];
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    refuse(400, 'not UTF-8');
  }
  const count = (name, value, { source }) => {   // source: the number as it was written
    values += 1;
    if (values > LIMITS.maxValues) refuse(400, 'too many values');
    if (typeof value !== 'number') return value;
    const whole = /^-?\d+$/.test(source);
    const exact = whole ? Number.isSafeInteger(value)
      : Number.isFinite(value) && !Number.isInteger(value);
    return exact ? value : refuse(400, 'a number that would not stay what it is');
  };
  try {
    scan(text);                                  // before the recursion of a reviver
    return JSON.parse(text, count);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse(400, 'not JSON');
  }
}

const SEAT = /^[A-Z]{1,2}[1-9]\d{0,2}$/;
const rules = {
  holdId: [(id) => /^hold_[\w-]{1,32}$/.test(typeof id === 'string' ? id : ''),
    'must name a hold'],
  seats: [(seats) => Array.isArray(seats) && seats.length >= 1 && seats.length <= 10
    && seats.every((seat) => typeof seat === 'string' && SEAT.test(seat))
    && new Set(seats).size === seats.length, 'must be 1 to 10 different seats'],
};

const escaped = (name) => name.replaceAll('~', '~0').replaceAll('/', '~1');
const pointer = (name) => `#/${encodeURIComponent(escaped(name).toWellFormed())}`;

export function parseOrder(bytes) {
  const input = parseJson(bytes);
  if (input === null || typeof input !== 'object' || Array.isArray(input)) {
    refuse(422, 'must be an object');
  }
  const problems = Object.keys(input).filter((name) => !Object.hasOwn(rules, name))
    .map((name) => ({ pointer: pointer(name), detail: 'is not a field' }));
  for (const [name, [holds, detail]] of Object.entries(rules)) {
    const there = Object.hasOwn(input, name);
    if (!there) problems.push({ pointer: '#', detail: `lacks the field ${name}` });
    else if (!holds(input[name])) problems.push({ pointer: pointer(name), detail });
  }
  if (problems.length > 0) throw new Refusal(422, problems);
  return Object.freeze({ holdId: input.holdId, seats: Object.freeze([...input.seats]) });
}
