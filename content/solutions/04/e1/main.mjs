const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY', 'PUT', 'DELETE']);

// The server guarantees that nothing was done: RFC 9113, section 8.7.
const NOT_PROCESSED = new Set(['refused', 'goaway']);

const mayRepeat = (method, failure) =>
  NOT_PROCESSED.has(failure) || IDEMPOTENT.has(method);    // RFC 9110, section 9.2.2

const failures = ['no answer', 'refused', 'goaway'];
const row = (cells) => cells.map((cell, i) => cell.padEnd(i ? 11 : 8)).join('');
console.log(row(['', ...failures]).trimEnd());
for (const method of ['GET', 'QUERY', 'PUT', 'DELETE', 'POST', 'PATCH']) {
  const verdict = (failure) => (mayRepeat(method, failure) ? 'repeat' : 'ask');
  console.log(row([method, ...failures.map(verdict)]).trimEnd());
}
