import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMailer, createNotifier } from './notifier.mjs';

class Killed extends Error {}

// A world that survives the process: the journal's disk, the mail service, and the outbox.
function world() {
  const disk = [];
  const mailer = createMailer();
  const outbox = new Map([1, 2, 3].map((n) => [`ticket order_${n}`,
    { id: `ticket order_${n}`, to: `customer${n}`, ticket: `t${n}` }]));
  let steps = Infinity;                          // how many more steps the process lives
  const step = (work) => async (...args) => {
    if ((steps -= 1) < 0) throw new Killed();
    return work(...args);
  };
  return {
    disk, mailer, outbox,
    async run(life = Infinity) {                 // one process, from start to end or death
      steps = life;
      const journal = { records: [...disk],
        append: step(async (record) => { disk.push(record); journal.records.push(record); }) };
      const notifier = createNotifier({ journal, mailer: { send: step(mailer.send) } });
      try {
        for (const message of [...outbox.values()]) {
          await notifier.handle(message);
          await step(async () => outbox.delete(message.id))();       // the relay hears of it
        }
        return true;
      } catch (error) {
        if (error instanceof Killed) return false;
        throw error;
      }
    },
  };
}
const mails = ({ mailer }) => [...mailer.sent.values()].map((list) => list.length);

test('each ticket is mailed once', async () => {
  const one = world();
  assert.equal(await one.run(), true);
  assert.deepEqual([mails(one), one.outbox.size], [[1, 1, 1], 0]);
});

test('killed at every step, and started again', async () => {
  for (let life = 0; life < 12; life += 1) {
    const one = world();
    assert.equal(await one.run(life), false);
    assert.equal(await one.run(), true);
    assert.deepEqual([mails(one), one.outbox.size], [[1, 1, 1], 0], `after ${life} steps`);
  }
});

test('killed after each single step, again and again', async () => {
  const one = world();
  let lives = 0;
  while (!(await one.run(2))) lives += 1;
  assert.ok(lives > 3);
  assert.deepEqual(mails(one), [1, 1, 1]);
});

test('what lies between sending and sent can be named', async () => {
  const one = world();
  await one.run(2);                              // the record, the mail, and no second record
  const notifier = createNotifier({ journal: { records: one.disk }, mailer: one.mailer });
  assert.deepEqual(notifier.unclear(), [['ticket order_1', 'sending']]);
});
