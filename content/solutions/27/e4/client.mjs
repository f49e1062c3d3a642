import { createHash } from 'node:crypto';

const bucket = (salt, unit) => createHash('sha256')
  .update(JSON.stringify([salt, unit])).digest().readUInt32BE(0) % 10_000;

function problems(snapshot) {
  if (!Number.isInteger(snapshot?.version)) return ['no version'];
  if (typeof snapshot.flags !== 'object' || snapshot.flags === null) return ['no flags'];
  return Object.entries(snapshot.flags).flatMap(([name, flag]) => [
    ...(typeof flag?.salt === 'string' && flag.salt ? [] : [`${name}: no salt`]),
    ...(typeof flag?.share === 'number' && flag.share >= 0 && flag.share <= 1
      ? [] : [`${name}: share ${flag?.share}`]),
  ]);
}

// fetchSnapshot may fail; store survives a restart; fallbacks are compiled in.
export function createFlags({ fetchSnapshot, store, fallbacks, now, staleMs }) {
  let current;
  try {
    current = store.read();
  } catch {                                      // an unreadable file is no snapshot
    current = undefined;
  }
  if (current && problems(current).length) current = undefined;
  let seenAt = current ? current.savedAt : undefined;
  return {
    async refresh() {                            // never called on a request's path
      let next;
      try {
        next = await fetchSnapshot();
      } catch (error) {
        return `kept version ${current?.version ?? 'none'}: ${error.message}`;
      }
      const wrong = problems(next);
      if (wrong.length) return `refused: ${wrong.join('; ')}`;
      if (current && next.version < current.version) {
        return `refused: older than ${current.version}`;
      }
      current = { ...next, savedAt: now() };
      seenAt = now();
      try {
        store.write(current);
      } catch (error) {                          // a full disk must not stop a kill
        return `version ${current.version}, not saved: ${error.message}`;
      }
      return `version ${current.version}`;
    },
    evaluate(name, unit) {
      if (!Object.hasOwn(fallbacks, name)) throw new Error(`${name} has no fallback`);
      const flag = current?.flags[name];
      if (!flag) return { value: fallbacks[name], reason: 'fallback' };
      const stale = now() - seenAt > staleMs;
      const reason = stale ? 'stale' : 'fresh';
      if (flag.killed) return { value: false, reason };
      if (unit === undefined) return { value: fallbacks[name], reason: 'fallback' };
      return { value: bucket(flag.salt, unit) < Math.round(flag.share * 10_000), reason };
    },
  };
}
