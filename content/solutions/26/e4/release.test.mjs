import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPipeline, digestOf, STAGES } from './release.mjs';

function setUp() {
  let t = 0;
  const acts = [];
  const activation = { broken: false };
  const pipeline = createPipeline({
    now: () => t++,
    activate: async ({ stage }) => {
      if (activation.broken) throw new Error('cluster does not answer');
      acts.push(stage);
    },
    restore: async ({ digest }) => { acts.push(`restore ${digest?.slice(0, 4) ?? 'nothing'}`); },
  });
  const pass = async () => 'pass';
  const all = async (kind, bytes) => {
    pipeline.submit(kind, bytes);
    for (const stage of STAGES) {
      assert.deepEqual(await pipeline.advance(kind, bytes, pass), { stage, verdict: 'pass' });
    }
  };
  return { pipeline, acts, pass, all, activation };
}

test('the same bytes pass every stage, in order', async () => {
  const { pipeline, acts, all } = setUp();
  await all('code', 'booking 41');
  assert.equal(pipeline.current('code'), digestOf('code', 'booking 41'));
  assert.deepEqual(acts, ['canary-1', 'canary-10', 'canary-50', 'everyone']);
});

test('rebuilt bytes bring no evidence with them', async () => {
  const { pipeline, pass } = setUp();
  pipeline.submit('code', 'booking 41');
  await pipeline.advance('code', 'booking 41', pass);
  await assert.rejects(pipeline.advance('code', 'booking 41 rebuilt', pass), /never built/);
});

test('a failing canary restores what everyone had', async () => {
  const { pipeline, acts, pass, all } = setUp();
  await all('code', 'booking 41');
  acts.length = 0;
  pipeline.submit('code', 'booking 42');
  await pipeline.advance('code', 'booking 42', pass);
  await pipeline.advance('code', 'booking 42', pass);
  const { verdict } = await pipeline.advance('code', 'booking 42', async () => 'fail');
  assert.equal(verdict, 'fail');
  assert.deepEqual(acts, ['canary-1', `restore ${digestOf('code', 'booking 41').slice(0, 4)}`]);
  assert.equal(pipeline.current('code'), digestOf('code', 'booking 41'));
});

test('a gate that breaks is no evidence, and nothing is promoted', async () => {
  const { pipeline, acts, pass, activation } = setUp();
  pipeline.submit('code', 'booking 41');
  const broken = async () => { throw new Error('no metrics'); };
  assert.equal((await pipeline.advance('code', 'booking 41', broken)).verdict, 'no evidence');
  assert.equal((await pipeline.advance('code', 'booking 41', pass)).stage, 'checks');
  await pipeline.advance('code', 'booking 41', pass);
  activation.broken = true;                      // half a canary is taken back as well
  assert.equal((await pipeline.advance('code', 'booking 41', pass)).verdict, 'no evidence');
  assert.deepEqual(acts, ['restore nothing']);
  const twice = [1, 2].map(() => pipeline.advance('code', 'booking 41', pass));
  await assert.rejects(Promise.all(twice), /already being asked/);
});

test('a fee table takes the same stages as code', async () => {
  const { pipeline, acts, all } = setUp();
  await all('content', 'fees 7');
  assert.equal(acts[0], 'canary-1');
  assert.equal(pipeline.current('content'), digestOf('content', 'fees 7'));
});

test('two rollouts never overlap', async () => {
  const { pipeline, pass } = setUp();
  pipeline.submit('code', 'booking 41');
  pipeline.submit('content', 'fees 7');
  for (let i = 0; i < 3; i += 1) await pipeline.advance('code', 'booking 41', pass);
  await pipeline.advance('content', 'fees 7', async () => 'fail');   // checks: no effect on 41
  for (let i = 0; i < 2; i += 1) await pipeline.advance('content', 'fees 7', pass);
  await assert.rejects(pipeline.advance('content', 'fees 7', pass), /another rollout/);
});
