export class Died extends Error {}

export function createStore(accounts) {           // what survives a crash
  let state = { cursor: 0, lines: [], parked: [], tries: {} };
  return {
    read: () => structuredClone(state),
    after: (cursor, limit) => accounts.filter((id) => id > cursor).slice(0, limit),
    commit: (next) => { state = structuredClone(next); },          // all or nothing
  };
}

export function work({ store, settle, chunk = 100, mostTries = 3,
  step = () => {}, stopping = () => false }) {
  for (;;) {
    if (stopping()) return 'stopped';             // SIGTERM: between chunks, never within one
    const state = store.read();
    step();
    const ids = store.after(state.cursor, chunk);
    if (ids.length === 0) return 'done';
    const waiting = [...ids];
    for (let id; (id = waiting.shift()) !== undefined;) {
      try {
        state.lines.push({ id, cents: settle(id) });
      } catch (error) {
        // The process has died, not the account failed. An account that kills the process each
        // time would need a count that is stored before the try, as in the table of jobs.
        if (error instanceof Died) throw error;
        state.tries[id] = (state.tries[id] ?? 0) + 1;
        if (state.tries[id] >= mostTries) state.parked.push(id); else waiting.push(id);
      }
      step();
    }
    state.cursor = ids.at(-1);
    store.commit(state);                          // lines and cursor in one transaction
    step();
  }
}
