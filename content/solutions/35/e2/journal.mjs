// Reading one copy of a journal, and deciding between two.
import { crc32 } from 'node:zlib';

const HEAD = 8;                                  // length and CRC-32, both big-endian

export function frame(batch) {
  const body = Buffer.from(JSON.stringify(batch));
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(body.length, 0);
  head.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([head, body]);
}

// All that can be read before the first fault, and where that fault lies. "tail": nothing can be
// read behind it, so it may be a tear. "inside": a whole frame, with a wrong sum, and more follows.
function prefix(bytes) {
  const batches = [];
  let at = 0;
  while (at < bytes.length) {
    const size = at + HEAD <= bytes.length ? bytes.readUInt32BE(at) : Infinity;
    const end = at + HEAD + size;
    if (end > bytes.length) return { batches, fault: 'tail' };
    const body = bytes.subarray(at + HEAD, end);
    if (size === 0 || crc32(body) !== bytes.readUInt32BE(at + 4)) {
      const zeros = size === 0 && bytes.subarray(at).every((byte) => byte === 0);
      return { batches, fault: zeros || end === bytes.length ? 'tail' : 'inside' };
    }
    batches.push(body.toString('utf8'));
    at = end;
  }
  return { batches };
}

// A tear costs a copy its last batch, and the other copy has at most one more. Who lacks two or
// more has lost what was acknowledged, whatever the end of the file looks like.
export function compare(bytesA, bytesB) {
  const copies = [prefix(bytesA), prefix(bytesB)];
  const [a, b] = copies.map(({ batches }) => batches);
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i += 1) {
    if (a[i] !== b[i]) return { ok: false, why: `batch ${i} differs`, batches: [] };
  }
  const longest = Math.max(a.length, b.length);
  const verdicts = copies.map(({ batches, fault }) => {
    if (fault === 'inside' || longest - batches.length > 1) return 'damaged';
    return fault === 'tail' ? 'torn' : 'whole';
  });
  // A whole copy with the most batches vouches for them. So do two that are torn at the same place:
  // what is lost there was on neither disk, so nobody was told of it.
  const ok = copies.some(({ batches, fault }) => !fault && batches.length === longest)
    || (a.length === b.length && !verdicts.includes('damaged'));
  const batches = (a.length === longest ? a : b).map((text) => JSON.parse(text));
  return ok ? { ok, verdicts, batches }
    : { ok, verdicts, why: 'neither copy can vouch for what is missing', batches };
}
