// The card provider: outside of Turnstile, sometimes slow, sometimes silent after it has worked.
import { jsonServer, listen, readJson } from '../lib/http.mjs';

export async function startProvider() {
  const answers = new Map();                     // Idempotency-Key -> answer
  const captures = [];                           // each one moves money
  const mode = { hang: false, loseEvery: 0 };
  const server = jsonServer('provider', async (req) => {
    const key = req.headers['idempotency-key'];
    const { order, amount, currency, card } = await readJson(req);
    if (!answers.has(key)) {
      const captured = card !== 'card_declined';
      if (captured) captures.push({ order, amount, currency });
      answers.set(key, captured ? { captured, payment: `pay_${captures.length}` }
        : { captured });
      const lost = mode.loseEvery && answers.size % mode.loseEvery === 0;
      if (lost) req.socket.destroy();            // the money has moved, the answer has not
    }
    if (mode.hang) await new Promise(() => {});  // the caller's deadline ends this
    return { status: 200, body: answers.get(key) };
  });
  const port = await listen(server);
  return { port, captures, mode, close() { server.close(); server.closeAllConnections(); } };
}
