import { test } from 'node:test';
import assert from 'node:assert/strict';

const TIMER_MS = 3_000;                          // of this proxy

// tries, connectMs, waitMs: what the proxy logged; null: that step never ended.
function diagnose({ status, tries, connectMs, waitMs, reused, upstreamStatus = null }) {
  if (upstreamStatus !== null) return 'the instance said so: read its log';
  if (tries === 0) return 'nobody to ask: all marked down';
  if (status === 504 && connectMs === null) return 'no handshake: host gone or queue full';
  if (status === 504 && waitMs >= TIMER_MS) return 'connected, then silence: slow or stuck';
  if (status === 502 && connectMs === null) return 'refused: no process on that port';
  if (status === 502 && reused && waitMs <= 5) return 'closed while idle: keep-alive race';
  if (status === 502) return 'cut off at work: crash, kill, or a bad answer';
  return 'not explained by these fields';
}

const lines = [
  [{ status: 503, tries: 0, connectMs: null, waitMs: null },
    'nobody to ask: all marked down'],
  [{ status: 503, tries: 1, connectMs: 1, waitMs: 4, upstreamStatus: 503 },
    'the instance said so: read its log'],
  [{ status: 504, tries: 1, connectMs: null, waitMs: null },
    'no handshake: host gone or queue full'],
  [{ status: 504, tries: 1, connectMs: 1, waitMs: 3_000 },
    'connected, then silence: slow or stuck'],
  [{ status: 502, tries: 2, connectMs: null, waitMs: null },
    'refused: no process on that port'],
  [{ status: 502, tries: 1, connectMs: 0, waitMs: 1, reused: true },
    'closed while idle: keep-alive race'],
  [{ status: 502, tries: 1, connectMs: 1, waitMs: 840 },
    'cut off at work: crash, kill, or a bad answer'],
  [{ status: 502, tries: 1, connectMs: 0, waitMs: 840, reused: true },
    'cut off at work: crash, kill, or a bad answer'],
];
for (const [line, verdict] of lines) {
  const { status, tries, connectMs, waitMs } = line;
  test(`${status} tries ${tries} connect ${connectMs} wait ${waitMs}: ${verdict}`, () => {
    assert.equal(diagnose(line), verdict);
  });
}
