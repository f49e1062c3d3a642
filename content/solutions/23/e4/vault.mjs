import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const seal = (key, plain, aad) => {
  const nonce = randomBytes(12);
  const c = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(aad));
  return Buffer.concat([nonce, c.update(plain), c.final(), c.getAuthTag()]);
};
const open = (key, box, aad) => {
  const d = createDecipheriv('aes-256-gcm', key, box.subarray(0, 12), { authTagLength: 16 });
  d.setAAD(Buffer.from(aad)).setAuthTag(box.subarray(-16));
  return Buffer.concat([d.update(box.subarray(12, -16)), d.final()]);
};
const names = ({ tenant, id }) => JSON.stringify([tenant, id]);

export function createVault() {
  const keks = new Map();
  const rows = new Map();                        // id -> row, as in the database
  const backups = [];                            // each holds copies of wrapped keys
  let current = 0;
  const kek = (version) => {
    if (!keks.has(version)) throw new Error(`no key version ${version}`);
    return keks.get(version);
  };
  const uses = (version, list) => list.filter((row) => row.version === version).length;
  return {
    rotate() { keks.set(current += 1, randomBytes(32)); return current; },
    put(tenant, id, text) {
      const dek = randomBytes(32);
      const row = { tenant, id, version: current };
      row.wrapped = seal(kek(current), dek, names(row));
      row.sealed = seal(dek, text, names(row));
      rows.set(id, row);
    },
    get(tenant, id) {                            // the caller's tenant, not the row's
      const row = rows.get(id);
      const dek = open(kek(row.version), row.wrapped, JSON.stringify([tenant, id]));
      return open(dek, row.sealed, JSON.stringify([tenant, id])).toString();
    },
    backup() { backups.push([...rows.values()].map((row) => ({ ...row }))); },
    dropBackups() { backups.length = 0; },
    rewrap(limit = Infinity) {                   // restartable: what is done shows in the row
      let done = 0;
      for (const row of rows.values()) {
        if (done === limit) break;
        if (row.version === current) continue;
        const dek = open(kek(row.version), row.wrapped, names(row));
        Object.assign(row, { wrapped: seal(kek(current), dek, names(row)), version: current });
        done += 1;
      }
      return done;
    },
    destroy(version) {                           // only what nothing names any more
      if (version === current) throw new Error('the current version');
      const live = uses(version, [...rows.values()]);
      const kept = backups.reduce((sum, list) => sum + uses(version, list), 0);
      if (live + kept > 0) throw new Error(`${live} rows and ${kept} in backups need it`);
      keks.delete(version);
    },
  };
}
