// Booking's side of the database: what waits is written together, in order, or we stop.
import { Agent } from 'node:http';
import { call } from '../lib/http.mjs';
import { span, traceparent, fromHeader } from '../lib/trace.mjs';

export async function connect(port, onFailure) {
  const agent = new Agent({ keepAlive: true });
  const { body: { epoch, batches } } = await call({ agent, port, path: '/batches',
    timeoutMs: 5_000 });
  let length = batches.length;
  let waiting = [];                              // records not yet sent
  let running = Promise.resolve();
  let queued = null;

  async function flush(parent) {
    const records = waiting;
    [waiting, queued] = [[], null];
    if (records.length === 0) return;
    const send = () => call({ agent, port, method: 'POST', path: '/batches',
      body: { epoch, after: length, records }, timeoutMs: 5_000 });       // gateways wait for 7
    try {
      const { status, body } = await span('append', send, parent);
      if (status !== 200) throw new Error(`database: ${body.title}`);
      length = body.length;
    } catch (error) {                            // memory is ahead of the disk: start anew
      onFailure(error);
      throw error;
    }
  }
  return {
    records: batches.flatMap((batch) => batch.records),
    append(records) { waiting.push(...records); },
    settled() {                                  // resolves once all records so far are on disk
      const parent = fromHeader(traceparent());
      queued ??= running = running.then(() => flush(parent));
      return queued;
    },
  };
}
