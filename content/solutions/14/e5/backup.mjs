// Orders in memory, a write-ahead log, an archive, and a restore that is proved.
export function createDatabase({ now, archive, segment = 4, archiveTimeout = 60_000 }) {
  const orders = new Map();
  let [lsn, open, openedAt] = [0, [], 0];

  function ship() {                              // a whole segment, or what the clock demands
    archive.push({ from: open[0].lsn, to: open.at(-1).lsn, records: open });
    open = [];
  }
  return {
    orders,
    commit(changes) {                            // [orderId, order or null] pairs
      lsn += 1;
      if (open.length === 0) openedAt = now();
      open.push({ lsn, at: now(), changes });    // the log first
      apply(orders, changes);
      if (open.length === segment) ship();
      return lsn;
    },
    tick() { if (open.length > 0 && now() - openedAt >= archiveTimeout) ship(); },
    baseBackup: () => ({ lsn, at: now(), orders: new Map(orders) }),
  };
}

export function apply(orders, changes) {
  for (const [id, order] of changes) {
    if (order === null) orders.delete(id);
    else orders.set(id, order);
  }
}

export function restore({ base, archive, until = Infinity }) {
  if (base.at >= until) throw new Error('the base backup is younger than that moment');
  const orders = new Map(base.orders);
  let [lsn, lastAt] = [base.lsn, base.at];
  for (const record of archive.flatMap(({ records }) => records)) {
    if (record.lsn <= base.lsn) continue;
    if (record.at >= until) break;               // the moment before the mistake
    if (record.lsn !== lsn + 1) throw new Error(`gap: ${record.lsn} follows ${lsn}`);
    apply(orders, record.changes);
    [lsn, lastAt] = [record.lsn, record.at];
  }
  return { orders, lsn, lastAt };
}

// A drill restores elsewhere and answers with evidence, not with an exit status. What it takes
// for the loss is the newest record's age: a quiet shop needs a heartbeat record each minute.
export function drill({ base, archive, now, goal, speed, check }) {
  const report = { ok: false };
  try {
    const { orders, lsn, lastAt } = restore({ base, archive });
    const seconds = base.orders.size / speed.copied + (lsn - base.lsn) / speed.replayed;
    Object.assign(report, {
      orders: orders.size, lsn, behindMs: now() - lastAt, seconds, problems: check(orders),
    });
    if (report.behindMs > goal.rpoMs) report.problems.push(`behind by ${report.behindMs} ms`);
    if (seconds > goal.rtoSeconds) report.problems.push(`would take ${seconds} s`);
  } catch (error) {
    report.problems = [error.message];
  }
  report.ok = report.problems.length === 0;
  return report;
}
