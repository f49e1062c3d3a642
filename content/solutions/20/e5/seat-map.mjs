// The seat map of one show, and what it costs, counted.
const nextTurn = () => new Promise((resolve) => { setImmediate(resolve); });
export const FREE = 0;
export const HELD = 1;
export const SOLD = 2;

export async function renderSeatMap({ seats, loadStates, chunk = 500, count }) {
  count.queries += 1;
  const states = await loadStates();             // one query for all seats: a snapshot
  let turn = 0;
  const step = () => {                           // true when this turn has done enough
    count.steps += 1;
    turn += 1;
    count.longestTurn = Math.max(count.longestTurn, turn);
    return turn === chunk;
  };
  const rest = async () => { await nextTurn(); turn = 0; };
  const byId = new Map();
  for (const { id, state } of states) {
    byId.set(id, state);
    if (step()) await rest();
  }
  const bytes = new Uint8Array(Math.ceil(seats.length / 4));
  for (let i = 0; i < seats.length; i += 1) {
    bytes[i >> 2] |= (byId.get(seats[i]) ?? FREE) << ((i & 3) * 2);    // two bits a seat
    if (step()) await rest();
  }
  count.bytes = bytes.length;
  return bytes;
}

export const stateOf = (bytes, i) => (bytes[i >> 2] >> ((i & 3) * 2)) & 3;
export const counter = () => ({ queries: 0, steps: 0, longestTurn: 0, bytes: 0 });
