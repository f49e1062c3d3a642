import assert from 'node:assert/strict';
import { test } from 'node:test';

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY', 'PUT', 'DELETE']);
const MAY_PASS = new Set([408, 425, 429]);       // 4xx that do not judge the request itself
const FINAL_GRPC = new Set(['INVALID_ARGUMENT', 'NOT_FOUND', 'ALREADY_EXISTS',
  'PERMISSION_DENIED', 'UNAUTHENTICATED', 'FAILED_PRECONDITION', 'OUT_OF_RANGE',
  'UNIMPLEMENTED']);

// What the failure says about the work: 'not done', 'unknown', 'final', or 'redo'.
export function verdict(failure) {
  if (failure.connected === false) return 'not done';      // nothing was sent
  if (failure.reset === 'REFUSED_STREAM') return 'not done';
  if (failure.goAway !== undefined && failure.stream > failure.goAway) return 'not done';
  if (failure.contract === 'not done') return 'not done';  // the callee's own promise
  if (failure.grpc === 'ABORTED' || failure.status === 412) return 'redo';  // read again
  if (FINAL_GRPC.has(failure.grpc)) return 'final';
  if (failure.type === 'key-in-use') return 'unknown';     // 409: the first try still runs
  const judged = failure.status >= 400 && failure.status < 500;
  if (judged && !MAY_PASS.has(failure.status)) return 'final';
  return 'unknown';                              // timeouts, other resets, 429, 5xx
}

export function mayRepeat(failure, { method, key } = {}) {
  const known = verdict(failure);
  if (known === 'not done') return true;
  if (known !== 'unknown') return false;
  return IDEMPOTENT.has(method) || key !== undefined;
}

const charge = { method: 'POST' };
const keyed = { method: 'POST', key: 'order_812/charge' };
const timeout = { timeoutMs: 1_000 };

test('what was not begun may be repeated, even a charge', () => {
  for (const failure of [
    { connected: false },
    { reset: 'REFUSED_STREAM' },
    { goAway: 5, stream: 7 },
    { status: 503, contract: 'not done' },
  ]) assert.equal(mayRepeat(failure, charge), true, JSON.stringify(failure));
});

test('silence and resets leave it open: only what is harmless twice is repeated', () => {
  const open = [timeout, { reset: 'CANCEL' }, { goAway: 7, stream: 7 }, { status: 502 },
    { status: 503 }, { status: 429 }, { status: 409, type: 'key-in-use' },
    { grpc: 'UNAVAILABLE' }, { grpc: 'DEADLINE_EXCEEDED' }];
  for (const failure of open) {
    assert.equal(verdict(failure), 'unknown', JSON.stringify(failure));
    assert.equal(mayRepeat(failure, charge), false);
    assert.equal(mayRepeat(failure, keyed), true);
    assert.equal(mayRepeat(failure, { method: 'GET' }), true);
    assert.equal(mayRepeat(failure, { method: 'QUERY' }), true);   // RFC 10008
  }
});

test('an answer is not a failure of transport: repeating cannot help', () => {
  for (const failure of [{ status: 404 }, { status: 409 }, { status: 422 },
    { grpc: 'INVALID_ARGUMENT' }, { grpc: 'FAILED_PRECONDITION' },
  ]) assert.equal(mayRepeat(failure, keyed), false);
});

test('a lost race asks for the whole step again, not for the call', () => {
  for (const failure of [{ grpc: 'ABORTED' }, { status: 412 }]) {
    assert.equal(verdict(failure), 'redo');
    assert.equal(mayRepeat(failure, keyed), false);
  }
});
