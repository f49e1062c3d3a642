// Roles that change hands: an offer counts only when the other one has said yes.
const ROLES = new Set(['lead', 'operations', 'communications', 'scribe']);

export function createRoles({ now, opener }) {
  const holders = new Map([...ROLES].map((role) => [role, opener]));   // one may begin with all
  const offers = new Map();                      // role -> { from, to, state }
  const checks = new Map();                      // what must be looked at before the end
  const record = [];
  const note = (who, text) => record.push({ at: now(), who, text });
  function holds(who, role) {
    if (!ROLES.has(role)) throw new RangeError(`role ${role}`);
    if (holders.get(role) !== who) throw new Error(`${who} is not ${role}`);
  }
  function offer(role, from, to, state) {
    holds(from, role);
    if (!state) throw new Error('say what is open');           // the successor was not here
    offers.set(role, { from, to, state });
    note(from, `offers ${role} to ${to}: ${state}`);
  }
  function accept(role, who) {
    if (offers.get(role)?.to !== who) throw new Error(`${role} was not offered to ${who}`);
    offers.delete(role);
    holders.set(role, who);
    note(who, `has ${role}`);
  }
  function mustCheck(who, what) { holds(who, 'lead'); checks.set(what, null); note(who, `to check: ${what}`); }
  function checked(who, what, finding) {
    if (!checks.has(what) || !finding) throw new Error('no such check, or no finding');
    checks.set(what, finding);
    note(who, `${what}: ${finding}`);
  }
  function close(who) {
    holds(who, 'lead');
    const open = [...checks].filter(([, finding]) => finding === null).map(([what]) => what);
    if (open.length > 0) throw new Error(`open: ${open.join(', ')}`);
    note(who, 'closed');
  }
  return { accept, checked, close, holder: (role) => holders.get(role), mustCheck, offer, record };
}
