// A file of batches: [length][CRC-32][JSON], each on disk before it is acknowledged.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

const HEAD = 8;                                  // two unsigned 32-bit numbers, big-endian

export function frame(batch) {
  const body = Buffer.from(JSON.stringify(batch));
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(body.length, 0);
  head.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([head, body]);
}

// A crash tears the last frame only, since one is written at a time. Damage before it is no tear:
// what follows was acknowledged, so nobody but an operator may throw it away.
export function read(bytes, name = 'journal') {
  const batches = [];
  let at = 0;
  while (at < bytes.length) {
    const size = at + HEAD <= bytes.length ? bytes.readUInt32BE(at) : Infinity;
    const end = at + HEAD + size;
    if (end > bytes.length) break;               // cut short
    if (size === 0 && bytes.subarray(at).every((byte) => byte === 0)) break;   // never written
    const body = bytes.subarray(at + HEAD, end);
    if (size === 0 || crc32(body) !== bytes.readUInt32BE(at + 4)) {
      if (end === bytes.length) break;
      throw new Error(`${name}: damaged at byte ${at}, with good data behind it`);
    }
    batches.push(JSON.parse(body.toString('utf8')));
    at = end;
  }
  return { batches, end: at, torn: bytes.length - at };
}

async function syncFolder(path) {
  if (process.platform === 'win32') return;      // a folder can't be opened there
  const folder = await open(path);
  await folder.sync();
  await folder.close();
}

export async function openJournal(path) {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  const { batches, end, torn } = read(await file.readFile(), path);
  if (torn > 0) await file.truncate(end);
  await file.datasync();                         // a killed writer may have left it in the cache
  await syncFolder(dirname(path));               // and the name of a new file, too
  let at = end;
  let busy = false;
  return {
    batches, torn,
    async append(batch) {
      if (busy) throw new Error('one writer, one batch at a time');
      busy = true;
      const bytes = frame(batch);
      const { bytesWritten } = await file.write(bytes, 0, bytes.length, at);
      if (bytesWritten !== bytes.length) throw new Error(`${path}: short write, disk full?`);
      await file.datasync();                     // only now may anybody be told
      at += bytes.length;
      batches.push(batch);
      busy = false;                              // after a failed write it stays busy: stop
    },
    close: () => file.close(),
  };
}
