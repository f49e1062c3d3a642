import { createHash } from 'node:crypto';

const MAX_BYTES = 4_096;
const MAX_MINOR = 1_000_000;
const STRIKES = 3;
const digestOf = (bytes) => createHash('sha256').update(bytes).digest('hex');
const isPrice = (total, base) =>
  Number.isInteger(total) && total >= base && total <= MAX_MINOR;

// run(bytes, base, fee) answers { ok, total } within its own time limit (Build it).
export function createPricing({ run, builtIn, log }) {
  const rules = new Map();   // promoter -> { bytes, digest, strikes, on }
  const tried = async (...args) => {                 // a broken runner costs no sale
    try {
      return await run(...args);
    } catch (error) {
      return { ok: false, why: error.message };
    }
  };

  async function install(promoterId, upload, examples) {
    const bytes = Uint8Array.from(upload);           // what is checked is what runs
    if (bytes.length > MAX_BYTES) return { ok: false, why: 'too large' };
    let module;
    try {
      module = new WebAssembly.Module(bytes);
    } catch (error) {
      return { ok: false, why: error.name };
    }
    const asks = WebAssembly.Module.imports(module);
    if (asks.length > 0) return { ok: false, why: `asks for ${asks[0].name}` };
    for (const { base, fee, total } of examples) {   // the promoter's own examples
      const got = await tried(bytes, base, fee);
      if (!got.ok || got.total !== total) return { ok: false, why: 'fails its example' };
    }
    const digest = digestOf(bytes);
    rules.set(promoterId, { bytes, digest, strikes: 0, on: true });
    return { ok: true, digest };
  }

  async function price(promoterId, base, fee) {
    const rule = rules.get(promoterId);
    if (!rule?.on) return { total: builtIn(base, fee), by: 'built-in' };
    const got = await tried(rule.bytes, base, fee);
    if (got.ok && isPrice(got.total, base)) {
      rule.strikes = 0;
      return { total: got.total, by: rule.digest.slice(0, 8) };
    }
    rule.strikes += 1;
    rule.on = rule.strikes < STRIKES;            // the kill criterion, in code
    log({ promoterId, digest: rule.digest, why: got.why ?? `${got.total}`, on: rule.on });
    return { total: builtIn(base, fee), by: 'built-in' };
  }

  const turnOff = (promoterId) => { rules.delete(promoterId); };   // the way out
  return { install, price, turnOff };
}
