// The increment: one order of stopping for every Turnstile service.
export function createShutdown({ wait, settleMs, graceMs, log = () => {} }) {
  const steps = [];
  let stopping;
  async function run() {
    const begun = { late: false };
    log('not ready');
    await wait(settleMs);                         // the list of endpoints is a little old
    const deadline = wait(graceMs - settleMs).then(() => { begun.late = true; });
    for (const { name, close } of steps) {        // intake first, stores last
      if (begun.late) break;
      try {
        const done = Promise.resolve(close()).then(() => 'closed');
        const outcome = await Promise.race([done, deadline.then(() => 'deadline')]);
        log(`${name} ${outcome}`);
      } catch (error) {
        log(`${name} failed: ${error.message}`);  // the others still have to close
        begun.failed = true;
      }
    }
    return begun.late || begun.failed ? 1 : 0;
  }
  return {
    ready: () => stopping === undefined,
    onStop: (name, close) => steps.push({ name, close }),
    stop: () => (stopping ??= run()),             // a second signal joins the first
  };
}
