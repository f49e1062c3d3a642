const fail = (code) => { throw Object.assign(new Error(code), { code }); };

export function createStore() {
  const rows = new Map();                        // key -> versions, oldest first
  const txs = new Map();                         // xid -> transaction
  let [xid, clock] = [0, 0];                     // clock: commits so far

  const seenBy = (tx, by) => by === tx.xid || txs.get(by)?.committedAt <= tx.snapshot;
  const visible = (tx, { xmin, xmax }) => seenBy(tx, xmin) && !seenBy(tx, xmax);
  const aborted = ({ xmin }) => txs.get(xmin).state === 'aborted';
  const perStatement = (tx) => tx.level === 'read committed';

  function begin(level) {
    xid += 1;
    const tx = { xid, level, snapshot: clock, state: 'active', committedAt: Infinity,
      reads: new Set(), writes: new Set() };
    txs.set(xid, tx);
    return tx;
  }

  function read(tx, key) {
    if (perStatement(tx)) tx.snapshot = clock;
    tx.reads.add(key);                           // a trace, not a lock: nobody waits for it
    return rows.get(key)?.find((version) => visible(tx, version))?.value;
  }

  function write(tx, key, value) {
    if (perStatement(tx)) tx.snapshot = clock;
    const versions = (rows.get(key) ?? []).filter((version) => !aborted(version));
    const last = versions.at(-1);
    if (last && !visible(tx, last)) {            // the newest is not the one I see
      if (txs.get(last.xmin).state === 'active') fail('would wait');
      rollback(tx);
      fail('40001');                             // first updater wins
    }
    if (last) last.xmax = tx.xid;                // the old one stays, marked
    versions.push({ value, xmin: tx.xid, xmax: null });
    rows.set(key, versions);
    tx.writes.add(key);
  }

  const apart = (a, b) => a.snapshot < b.committedAt && b.snapshot < a.committedAt;
  const rw = (a, b) => a !== b && apart(a, b)    // a read what b has replaced since
    && [...a.reads].some((key) => b.writes.has(key));

  function dangerous(tx) {                       // into -> pivot -> out, out was first
    const peers = [...txs.values()]
      .filter(({ level, state }) => level === 'serializable' && state !== 'aborted');
    const leads = (pivot) => peers.some((out) =>
      rw(pivot, out) && out.committedAt < pivot.committedAt);
    const isPivot = leads(tx) && peers.some((into) => rw(into, tx));
    return isPivot || peers.some((peer) =>
      peer.state === 'committed' && rw(tx, peer) && leads(peer));
  }

  function commit(tx) {
    if (tx.state !== 'active') fail('25P02');    // it is over already
    if (tx.level === 'serializable' && dangerous(tx)) {
      rollback(tx);
      fail('40001');
    }
    clock += 1;
    Object.assign(tx, { state: 'committed', committedAt: clock });
  }

  function rollback(tx) { tx.state = 'aborted'; }          // its versions are never visible

  function vacuum() {                            // what no snapshot can need any more
    const active = [...txs.values()].filter(({ state }) => state === 'active');
    const oldest = Math.min(clock, ...active.map(({ snapshot }) => snapshot));
    let removed = 0;
    for (const [key, versions] of rows) {
      const kept = versions.filter((version) => !aborted(version)
        && !(txs.get(version.xmax)?.committedAt <= oldest));
      removed += versions.length - kept.length;
      rows.set(key, kept);
    }
    return removed;
  }

  const chain = (key) => rows.get(key).map(({ value, xmin, xmax }) =>
    `${value}[${xmin}-${xmax ?? ''}]`).join(' ');
  return { begin, read, write, commit, rollback, vacuum, chain };
}
