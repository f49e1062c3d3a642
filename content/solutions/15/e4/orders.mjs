export function* orders(threads) {               // each thread keeps its own order
  if (threads.every((steps) => steps.length === 0)) { yield []; return; }
  for (const [i, [first, ...rest]] of threads.entries()) {
    if (!first) continue;
    for (const tail of orders(threads.with(i, rest))) yield [first, ...tail];
  }
}
