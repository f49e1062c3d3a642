// Work in turns of a bounded cost. The loop may serve others in between.
const nextTurn = () => new Promise((resolve) => { setImmediate(resolve); });

export async function inTurns(source, step, { budget, costOf = () => 1, signal } = {}) {
  if (!(budget > 0)) throw new RangeError('budget must be positive');
  const items = [...source];                     // others may change the source meanwhile
  const results = [];
  let spent = 0;
  for (const item of items) {
    signal?.throwIfAborted();
    const cost = costOf(item);
    if (spent > 0 && spent + cost > budget) {    // one item alone may exceed the budget
      await nextTurn();
      signal?.throwIfAborted();                  // its caller may have left in between
      spent = 0;
    }
    results.push(step(item));
    spent += cost;
  }
  return results;
}
