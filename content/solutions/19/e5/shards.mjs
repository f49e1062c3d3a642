// Shows on shards, by directory; a show can move while it is on sale.
export class WrongShard extends Error {}
export class Moving extends Error {}

export function createDirectory() {
  const entries = new Map();                     // show -> { shard, epoch }
  let lookups = 0;
  return {
    get lookups() { return lookups; },
    assign(show, shard) { entries.set(show, { shard, epoch: 1 }); return 1; },
    find(show) {
      lookups += 1;
      if (!entries.has(show)) throw new Error(`no such show: ${show}`);
      return entries.get(show);
    },
    // One atomic step decides who owns a show; a second move from the old place is refused.
    switchOver(show, from, to) {
      const { shard, epoch } = entries.get(show);
      if (shard !== from) throw new WrongShard(`${show} is not on ${from}`);
      entries.set(show, { shard: to, epoch: epoch + 1 });
      return epoch + 1;
    },
  };
}

export function createShard(name) {
  const owned = new Map();                       // show -> { epoch, frozen, holds, log }
  function mine(show, epoch) {
    const entry = owned.get(show);
    if (!entry || entry.epoch !== epoch) throw new WrongShard(`${show} on ${name}`);
    return entry;
  }
  return {
    name,
    own(show, epoch, holds = new Map()) {
      owned.set(show, { epoch, frozen: false, holds, log: [] });
    },
    hold(show, seat, owner, epoch) {
      const entry = mine(show, epoch);
      if (entry.frozen) throw new Moving(show);  // for the last few changes only
      if (entry.holds.has(seat)) return { ok: false, heldBy: entry.holds.get(seat) };
      entry.holds.set(seat, owner);
      entry.log.push([seat, owner]);
      return { ok: true };
    },
    snapshot(show, epoch) {                      // and where in the log it was taken
      const { holds, log } = mine(show, epoch);
      return { holds: new Map(holds), position: log.length };
    },
    changes: (show, epoch, position) => mine(show, epoch).log.slice(position),
    freeze(show, epoch) {
      const entry = mine(show, epoch);
      if (entry.frozen) throw new Moving(show);  // by another move
      entry.frozen = true;
    },
    thaw(show, epoch) { mine(show, epoch).frozen = false; },
    forget: (show) => owned.delete(show),
    count: (show) => owned.get(show)?.holds.size ?? 0,
  };
}

// A generator: the caller decides what happens between two steps. All of it is in memory. On
// real machines the freeze and the switch are written durably, and whoever does not know
// whether the switch happened asks the directory before thawing: after it, a thawed old shard
// would sell seats that the new one sells too.
export function* move(show, from, to, directory) {
  if (from === to) throw new Error(`${show} is already on ${to.name}`);
  const { epoch } = directory.find(show);
  const { holds, position } = from.snapshot(show, epoch);
  yield 'copied';
  let at = position;
  const catchUp = () => {
    for (const [seat, owner] of from.changes(show, epoch, at)) {
      holds.set(seat, owner);
      at += 1;
    }
  };
  catchUp();                                     // while holds go on
  yield 'caught up';
  from.freeze(show, epoch);
  let switched = false;
  try {
    yield 'frozen';
    catchUp();                                   // the rest: nothing can be added now
    to.own(show, epoch + 1, holds);              // prepared, reached by nobody yet
    directory.switchOver(show, from.name, to.name);
    switched = true;
  } finally {                                    // also if the caller gives up
    if (!switched) {
      to.forget(show);
      from.thaw(show, epoch);                    // the old shard goes on
    }
  }
  from.forget(show);                             // from here it answers WrongShard
  return 'moved';
}

export function createRouter(directory, shards) {
  const known = new Map();                       // a cache of the directory, possibly old
  return {
    hold(show, seat, owner) {
      for (let attempt = 1; ; attempt += 1) {
        if (!known.has(show)) known.set(show, directory.find(show));
        const { shard, epoch } = known.get(show);
        try {
          return shards.get(shard).hold(show, seat, owner, epoch);
        } catch (error) {
          if (!(error instanceof WrongShard) || attempt === 2) throw error;
          known.delete(show);                    // look once more, then give up
        }
      }
    },
  };
}
