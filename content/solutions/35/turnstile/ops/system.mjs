// Starts, watches, kills and restarts Turnstile's processes; the supervisor of this machine.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startAuthority } from '../edge/authority.mjs';
import { issue } from '../edge/pki.mjs';
import { startEdge } from '../edge/proxy.mjs';
import { gcra, startGateway } from '../gateway/gateway.mjs';
import { createTokens } from '../gateway/tokens.mjs';
import { call } from '../lib/http.mjs';
import { collect } from '../lib/trace.mjs';
import { startProvider } from '../payments/provider.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HOST = 'turnstile.test';

export async function startTurnstile({ shows }) {
  // Under Node's permission model, as the course's build runs it, only its own folder is open.
  const data = await mkdtemp(join(process.permission ? ROOT : tmpdir(), 'turnstile-'));
  for (const folder of ['a', 'b', 'payments']) {           // two disks, and one elsewhere
    await mkdir(`${data}/${folder}`, { recursive: true });
  }
  const files = { a: `${data}/a/journal`, b: `${data}/b/journal`,
    payments: `${data}/payments/journal` };
  const spans = [];
  collect((finished) => spans.push(finished));
  let clockOffset = 0;
  const now = () => Date.now() + clockOffset;

  async function start(name, script, ...args) {
    const child = fork(`${ROOT}${script}`, args.map(String), { stdio: 'inherit' });
    const exit = once(child, 'exit');
    child.on('message', ({ span, stopped }) => {
      if (span) spans.push(span);
      if (stopped) console.error(`${name} stops: ${stopped}`);
    });
    const ready = new Promise((resolve) => {
      child.on('message', function first(message) {
        if (!message.port) return;
        child.off('message', first);
        resolve(message);
      });
    });
    const early = exit.then(([code, signal]) => {
      throw new Error(`${name} ended before it was ready: ${code ?? signal}`);
    });
    const { port, torn } = await Promise.race([ready, early]);
    early.catch(() => {});                       // later on, an exit is another's concern
    const ask = (message, wanted) => new Promise((resolve, reject) => {  // until it answers
      const seen = (answer) => {
        if (!answer[wanted]) return;
        child.off('message', seen);
        resolve(answer[wanted]);
      };
      child.on('message', seen);
      exit.then(() => reject(new Error(`${name} ended instead of answering`)));
      child.send(message);
    });
    return { child, port, torn, exit, ask,
      async kill() { child.kill('SIGKILL'); await exit; } };
  }

  const provider = await startProvider();
  const running = {};                            // name -> process
  let epoch = 1;
  let primary = 'a';

  async function startDatabase() {
    if (primary === 'a') {
      running.b = await start('database b', 'store/server.mjs', files.b, 'standby', epoch);
      running.a = await start('database a', 'store/server.mjs', files.a, 'primary', epoch,
        running.b.port);
    } else {
      running.b = await start('database b', 'store/server.mjs', files.b, 'primary', epoch);
    }
  }
  const startPayments = async () => {
    running.payments = await start('payments', 'payments/server.mjs', files.payments,
      provider.port);
  };

  let stopping = false;
  let restarts = 0;
  async function startBooking(options = {}) {    // and again whenever it dies
    const booking = await start('booking', 'booking/server.mjs', JSON.stringify({
      databasePort: running[primary].port, paymentsPort: running.payments.port, shows,
      ticketKey: 'test-key-of-the-tickets', clockOffset, ...options }));
    running.booking = booking;
    booking.exit.then(async () => {
      if (stopping) return;
      restarts += 1;
      await failover;                            // a primary first
      for (let tries = 1; ; tries += 1) {
        try {
          return await startBooking();
        } catch (error) {                        // its database may not be ready yet
          if (tries === 5) throw error;
        }
      }
    }).catch((error) => console.error(`booking stays down: ${error.message}`));
  }
  let failover;

  await startDatabase();
  await startPayments();
  await startBooking();

  const authority = await startAuthority(new Map([[HOST, { address: '127.0.0.1', ttl: 60 }]]));
  const root = issue({ subject: 'Turnstile test root', ca: true });
  const leaf = issue({ subject: HOST, issuer: root, names: [HOST] });
  const edge = await startEdge(leaf);
  const tokens = createTokens({ issuer: 'https://id.turnstile.test', audience: 'turnstile', now });
  const limits = { now: () => performance.now(), periodMs: 100, toleranceMs: 3_000 };
  const limit = gcra(limits);                    // one for both: else each would allow as much
  const gateways = [];
  async function addGateway(options = {}) {
    const gateway = await startGateway({ version: 'v1', check: tokens.check, limit,
      bookingPort: () => running.booking.port, ...options });
    gateways.push(gateway);
    edge.add(gateway);
    return gateway;
  }
  await addGateway();
  await addGateway();

  return {
    host: HOST, ca: root.cert, tokens, edge, authority, provider, spans, files, now,
    addGateway,
    restarts: () => restarts,
    advance(ms) {                                // the clock of holds, tokens and DNS alike
      clockOffset += ms;
      return running.booking.ask({ advance: ms }, 'stats');
    },
    askBooking: () => running.booking.ask({ ask: true }, 'stats'),
    echo: () => Promise.all(Object.values(running).map(({ ask }) => ask({ echo: true }, 'echo'))),
    async crashBookingAt(paid) {                 // a build that dies once so many have paid
      stopping = true;
      await running.booking.kill();
      stopping = false;
      await startBooking({ crashAfter: paid });
    },
    async loseDatabase() {                       // the primary's machine is gone
      const old = running.a;
      let promoted;
      failover = new Promise((resolve) => { promoted = resolve; });
      await old.kill();
      [epoch, primary] = [epoch + 1, 'b'];
      const answer = await call({ port: running.b.port, method: 'POST', path: '/promotion',
        body: { epoch } });
      promoted();
      return answer;
    },
    async returnOldPrimary() {                   // with its old disk, and its old belief
      const old = await start('database a', 'store/server.mjs', files.a, 'primary', 1,
        running.b.port).catch(() => undefined);  // undefined: refused while it caught up
      if (!old) return 409;
      const { body } = await call({ port: old.port, path: '/batches' });
      const { status } = await call({ port: old.port, method: 'POST', path: '/batches',
        body: { epoch: body.epoch, after: body.batches.length, records: [] } });
      await old.kill();
      return status;
    },
    async powerCut() {                           // all at once; then bytes of a write cut short
      stopping = true;
      await Promise.all(Object.values(running).map((each) => each.kill()));
      for (const path of [files[primary], files.payments]) {
        const file = await open(path, 'a');
        await file.write(Buffer.from([0, 0, 1, 44, 9, 9, 9, 9, 123, 34]));       // 10 of 308 bytes
        await file.close();
      }
      stopping = false;
      await startDatabase();
      await startPayments();
      await startBooking();
      return { torn: running[primary].torn + running.payments.torn };
    },
    async close() {
      stopping = true;
      await Promise.all(Object.values(running).map((each) => each.kill()));
      for (const each of [...gateways, edge, provider, authority]) each.close();
      await rm(data, { recursive: true });
    },
  };
}
