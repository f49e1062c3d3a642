// Three pictures of one resource: declared (in version control), recorded (state), found.
export function classify(declared, recorded, found) {
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  if (!declared && !recorded) return found ? 'unmanaged: import or remove' : 'absent';
  if (!declared) return found ? 'to destroy' : 'forget: gone already';
  if (!recorded) return found ? 'conflict: exists, not recorded' : 'to create';
  if (!found) return 'drift: deleted outside';
  if (same(declared, found)) return same(recorded, found) ? 'in sync' : 'record only';
  if (same(recorded, found)) return 'pending change';
  return same(declared, recorded) ? 'drift: changed outside' : 'both: decide first';
}
