// A caching stub resolver that would rather be stale than silent (Module 2; RFC 8767).
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { randomInt } from 'node:crypto';
import { TYPE, decode, encode } from './wire.mjs';

const STALE_S = 30;                              // RFC 8767, section 4: the TTL of a stale answer
const RECHECK_MS = 30_000;                       // section 5: no new question for so long
const MAX_STALE_MS = 86_400_000;                 // one day: section 5 suggests one to three

async function ask(port, name, type, timeoutMs) {
  const socket = createSocket('udp4');
  try {
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const id = randomInt(0x10000);
    socket.send(encode({ id, flags: 0, name, type }));
    const [message] = await once(socket, 'message', { signal: AbortSignal.timeout(timeoutMs) });
    const reply = decode(message);
    if (reply.id !== id || reply.name !== name) throw new Error('a reply to another question');
    return reply;
  } finally {
    socket.close();
  }
}

export function createResolver({ port, now, timeoutMs = 500 }) {
  const cache = new Map();                       // name -> { address, until, quiet }
  const asking = new Map();                      // name -> the query that is under way

  const stale = ({ address }) =>
    ({ address, until: now() + STALE_S * 1_000, from: 'stale cache' });

  async function refresh(name, entry) {
    try {
      const { rcode, answers: [answer] } = await ask(port, name, TYPE.A, timeoutMs);
      if (rcode === 'SERVFAIL' || rcode === 'REFUSED') throw new Error(rcode);
      if (!answer) throw Object.assign(new Error(`${name}: ${rcode}`), { code: 'ENOTFOUND' });
      const fresh = { address: answer.data.join('.'), until: now() + answer.ttl * 1_000 };
      cache.set(name, fresh);
      return { ...fresh, from: 'authority' };
    } catch (error) {
      if (error.code === 'ENOTFOUND') throw error;         // an answer, though a no
      if (!entry || now() > entry.until + MAX_STALE_MS) {
        throw Object.assign(new Error(`${name}: no server answers`), { code: 'EAI_AGAIN' });
      }
      cache.set(name, { ...entry, quiet: now() + RECHECK_MS });
      return stale(entry);
    }
  }

  return async function resolve(name) {
    const entry = cache.get(name);
    if (entry && now() < entry.until) return { ...entry, from: 'cache' };
    if (entry && now() < entry.quiet) return stale(entry); // it failed a moment ago
    if (!asking.has(name)) {                     // a hundred sockets, one question
      asking.set(name, refresh(name, entry).finally(() => asking.delete(name)));
    }
    return asking.get(name);
  };
}
