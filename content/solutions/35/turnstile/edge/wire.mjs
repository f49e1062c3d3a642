// DNS messages (RFC 1035, section 4), uncompressed: Module 2.
export const TYPE = { A: 1, SOA: 6, AAAA: 28 };
const RCODE = { 0: 'NOERROR', 2: 'SERVFAIL', 3: 'NXDOMAIN', 5: 'REFUSED' };
const u16 = (value) => Buffer.of(value >> 8, value & 255);
export const u32 = (value) => Buffer.concat([u16(value >>> 16), u16(value & 0xffff)]);

export const encodeName = (name) => Buffer.concat([
  ...name.split('.').flatMap((label) => [Buffer.of(label.length), Buffer.from(label)]),
  Buffer.of(0),                                  // the root: an empty label ends a name
]);

export function encode({ id, flags, name, type, answers = [], authority = [] }) {
  const head = [id, flags, 1, answers.length, authority.length, 0].map(u16);
  const records = [...answers, ...authority].map((record) => Buffer.concat([
    encodeName(record.name), u16(record.type), u16(1), u32(record.ttl),
    u16(record.data.length), record.data,
  ]));
  return Buffer.concat([...head, encodeName(name), u16(type), u16(1), ...records]);
}

function readName(message, at) {                 // uncompressed, as our servers write it
  const labels = [];
  for (let size; (size = message.readUInt8(at)) > 0; at += 1 + size) {
    if (size > 63) throw new RangeError('compressed or malformed name');
    labels.push(message.toString('latin1', at + 1, at + 1 + size));
  }
  return { name: labels.join('.'), at: at + 1 };
}

export function decode(message) {
  const read = (at) => message.readUInt16BE(at);
  const [id, flags, , ancount, nscount] = [0, 2, 4, 6, 8].map(read);
  const question = readName(message, 12);
  const records = [];
  for (let at = question.at + 4; records.length < ancount + nscount;) {
    const owner = readName(message, at);
    const [type, size] = [read(owner.at), read(owner.at + 8)];
    const ttl = message.readUInt32BE(owner.at + 4);
    at = owner.at + 10 + size;
    records.push({ name: owner.name, type, ttl, data: message.subarray(at - size, at) });
  }
  const [answers, authority] = [records.slice(0, ancount), records.slice(ancount)];
  const rcode = RCODE[flags & 15] ?? `RCODE ${flags & 15}`;
  return { id, name: question.name, type: read(question.at), rcode, answers, authority };
}
