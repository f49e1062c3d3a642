// Spans over function calls, HTTP and processes (Module 29), in the form of W3C Trace Context.
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

const current = new AsyncLocalStorage();
const hex = (bytes) => randomBytes(bytes).toString('hex');
let deliver = () => {};
export const collect = (sink) => { deliver = sink; };      // where finished spans go


// In a child process: spans go to the parent. An echo comes after all that was sent before it.
export function reportToParent() {
  collect((finished) => process.send?.({ span: finished }));
  process.on('message', ({ echo }) => { if (echo) process.send({ echo }); });
  process.on('disconnect', () => process.exit());          // nobody supervises us any more
}

export const newTrace = () => ({ trace: hex(16), id: undefined });

export async function span(name, work, parent = current.getStore()) {
  if (!parent) return work();                    // nobody traces this request
  const own = { trace: parent.trace, id: hex(8) };
  const start = performance.now();
  let failed;
  try {
    return await current.run(own, work);
  } catch (error) {
    failed = error.code ?? error.name;
    throw error;
  } finally {
    const ms = performance.now() - start;
    const at = performance.timeOrigin + start;   // to sort by, not to compute with
    deliver({ name, ...own, parent: parent.id, at, ms, failed });
  }
}

export function traceparent(context = current.getStore()) {
  return context?.id && `00-${context.trace}-${context.id}-01`;
}

export function fromHeader(text) {               // undefined when there is none, or a bad one
  const [, trace, id] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(text ?? '') ?? [];
  return trace && { trace, id };
}
