import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTelemetry } from './telemetry.mjs';

function setup(options = {}) {
  let t = 0;
  const lines = [];
  const write = (line) => lines.push(JSON.parse(line));
  const telemetry = createTelemetry({ now: () => t, write,
    routes: new Set(['/v1/holds']), capacity: 10, keepOneIn: 100, slowMs: 500,
    budget: 1000, ...options });
  return { ...telemetry, lines, pass: (ms) => { t += ms; } };
}
const ok = async () => ({ status: 201 });

test('every request is counted, one in a hundred is written with its weight', async () => {
  const { observe, signals, lines } = setup();
  const handle = observe('/v1/holds', ok);
  for (let i = 0; i < 1000; i += 1) await handle({ id: `r-${i}` });
  assert.equal(signals().requests['/v1/holds ok'], 1000);
  assert.equal(lines.length, 10);
  assert.equal(lines.reduce((sum, line) => sum + line.weight, 0), 1000);
});
test('errors and slow requests are all kept', async () => {
  const { observe, lines, pass } = setup();
  const slow = observe('/v1/holds', async () => { pass(600); return { status: 201 }; });
  const fails = observe('/v1/holds', async () => { throw new Error('refused'); });
  for (let i = 0; i < 5; i += 1) {
    await slow({ id: `s-${i}` });
    await assert.rejects(fails({ id: `f-${i}` }), /refused/);
  }
  assert.equal(lines.filter((line) => line.weight === 1).length, 10);
});
test('a flood of ordinary events leaves room for errors', async () => {
  const { observe, signals, lines } = setup({ keepOneIn: 2, budget: 20 });
  const good = observe('/v1/holds', ok);
  for (let i = 0; i < 100; i += 1) await good({ id: `r-${i}` });
  await observe('/v1/holds', async () => ({ status: 503 }))({ id: 'bad' });
  assert.equal(lines.at(-1).requestId, 'bad');
  assert.equal(signals().dropped, 40);
});
test('invented routes share one label', async () => {
  const { observe, signals } = setup();
  for (let i = 0; i < 50; i += 1) await observe(`/v1/x${i}`, ok)({ id: 'r' });
  assert.deepEqual(signals().requests, { 'other ok': 50 });
});
test('neither a broken log store nor a missing answer breaks a hold', async () => {
  const { observe, signals } = setup({ write: () => { throw new Error('disk full'); } });
  assert.equal((await observe('/v1/holds', ok)({ id: 'r' })).status, 201);
  assert.equal(signals().dropped, 1);
  const silent = observe('/v1/holds', async () => undefined);
  assert.equal(await silent({ id: 's' }), undefined);
  assert.equal(signals().requests['/v1/holds error'], 1);
});
test('saturation rises while requests are in flight, and falls again', async () => {
  const { observe, signals } = setup();
  let finish;
  const handler = () => new Promise((resolve) => { finish = resolve; });
  const waiting = observe('/v1/holds', handler)({ id: 'r' });
  assert.equal(signals().saturation, 0.1);
  finish({ status: 201 });
  await waiting;
  assert.equal(signals().saturation, 0);
});
