// An error's message is free text: it may quote what the customer typed.
const CODE = /^(E[A-Z]{2,15}|ERR_[A-Z0-9_]{1,40}|[0-9A-Z]{5})$/;   // Node.js, and SQLSTATE

function placeOf(error) {                        // the first frame that is a file of ours
  const stack = String(error.stack);
  const message = String(error.message);
  const head = stack.indexOf(`${message}\n    at `);
  // The message was changed after the stack was taken: its end cannot be found.
  if (head < 0 || stack.slice(0, head).includes('\n')) return undefined;
  const frames = stack.slice(head + message.length + 1).split('\n');
  return frames[0].match(/file:\/\/\/.*?([\w.-]+\.mjs:\d+):\d+\)?$/)?.[1];
}

export function safeError(error, depth = 3) {
  if (!(error instanceof Error)) return { kind: typeof error };
  const out = { kind: error.constructor?.name ?? 'Error' };
  if (typeof error.code === 'string' && CODE.test(error.code)) out.code = error.code;
  const at = placeOf(error);
  if (at) out.at = at;
  if (error.cause !== undefined && depth > 1) out.cause = safeError(error.cause, depth - 1);
  return out;
}
