// The zone's authoritative server: Module 2.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { TYPE, decode, encode, encodeName, u32 } from './wire.mjs';

const ZONE = 'turnstile.test';
const [REFRESH, RETRY, EXPIRE, MINIMUM, SOA_TTL] = [7_200, 900, 1_209_600, 30, 300];
const SOA = {
  name: ZONE, type: TYPE.SOA, ttl: Math.min(SOA_TTL, MINIMUM),     // RFC 2308, section 5
  data: Buffer.concat([encodeName(`ns1.${ZONE}`), encodeName(`hostmaster.${ZONE}`),
    ...[1, REFRESH, RETRY, EXPIRE, MINIMUM].map(u32)]),
};

function answer(records, { id, name, type }) {
  const reply = { id, name, type, flags: 0x8400 };                 // a response, AA
  if (name !== ZONE && !name.endsWith(`.${ZONE}`)) return { ...reply, flags: 0x8005 };
  const record = records.get(name);
  if (!record) return { ...reply, flags: 0x8403, authority: [SOA] };         // NXDOMAIN
  if (type !== TYPE.A) return { ...reply, authority: [SOA] };      // NODATA: no rcode
  const data = Buffer.from(record.address.split('.').map(Number));
  return { ...reply, answers: [{ name, type, ttl: record.ttl, data }] };
}

export async function startAuthority(records) {  // name -> { address, ttl }
  const socket = createSocket('udp4');
  const stats = { queries: 0 };
  socket.on('message', (message, from) => {
    stats.queries += 1;
    try {
      socket.send(encode(answer(records, decode(message))), from.port, from.address);
    } catch (error) {
      console.error('dropped a malformed query:', error.message);
    }
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  let open = true;
  const close = () => { if (open) socket.close(); open = false; };
  return { port: socket.address().port, stats, close };
}
