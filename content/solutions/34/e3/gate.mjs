// A model proposes; this code decides. The model sees no credential and calls nothing.
const ACTIONS = {
  none: [], show_order: ['orderId'], propose_refund: ['orderId', 'reason'],
};
const REASONS = ['show_canceled', 'duplicate', 'other'];
const FALLBACK = { action: 'none', text: 'A colleague will answer you.' };

function parse(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return { why: 'not JSON' };
  }
  if (value === null || typeof value !== 'object') return { why: 'not an object' };
  const { action, text: words, ...rest } = value;
  if (!Object.hasOwn(ACTIONS, action)) return { why: 'unknown action' };
  const fields = ACTIONS[action];
  if (Object.keys(rest).some((key) => !fields.includes(key))) return { why: 'extra field' };
  if (fields.some((key) => typeof rest[key] !== 'string')) return { why: 'missing field' };
  if ('reason' in rest && !REASONS.includes(rest.reason)) return { why: 'bad reason' };
  if (typeof words !== 'string' || words.length > 500) return { why: 'bad text' };
  if (/\/\/|\]\(|www\.|<[a-z]/i.test(words)) return { why: 'link or markup' };
  return { value };
}

export function createGate({ model, ordersOf, after, maxTokens, maxMs }) {
  return async function answer({ customerId, question }) {
    const fallback = (why, tokens) => ({ ...FALLBACK, why, tokens });
    const stop = new AbortController();
    let text = '', tokens = 0;
    try {
      const late = after(maxMs, stop.signal).then(() => 'late');
      const stream = model({ question, signal: stop.signal })[Symbol.asyncIterator]();
      for (;;) {
        const next = await Promise.race([stream.next(), late]);    // silence ends too
        if (next === 'late') return fallback('deadline', tokens);
        if (next.done) break;
        tokens += 1;
        text += next.value;
        if (tokens > maxTokens) return fallback('token budget', tokens);
      }
    } catch (error) {
      return fallback(`model: ${error.message}`, tokens);
    } finally {
      stop.abort();                              // tell the model to stop as well
    }
    const { value, why } = parse(text);
    if (why) return fallback(why, tokens);
    if ('orderId' in value && !ordersOf(customerId).includes(value.orderId)) {
      return fallback('not this customer\'s order', tokens);
    }
    return { ...value, tokens, needsHuman: value.action === 'propose_refund' };
  };
}
