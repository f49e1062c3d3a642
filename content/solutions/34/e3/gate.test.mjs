import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGate } from './gate.mjs';

let aborted = false;

function says(text) {                            // a stand-in: streams a fixed answer
  return async function* model({ signal }) {
    signal.addEventListener('abort', () => { aborted = true; });
    for (const token of text.match(/.{1,8}/gs) ?? []) {
      yield token;
    }
  };
}

const never = () => new Promise(() => {});       // the time limit, not reached
const ask = (model, after = never) => {
  aborted = false;
  const ordersOf = (id) => (id === 'ana' ? ['order_812'] : []);
  const gate = createGate({ model, ordersOf, after, maxTokens: 60, maxMs: 2_000 });
  return gate({ customerId: 'ana', question: 'Where is my ticket?' });
};
const reply = (fields) => JSON.stringify({ action: 'none', text: 'Hello.', ...fields });

test('a proposal for the own order passes and waits for a person', async () => {
  const got = await ask(says(reply({
    action: 'propose_refund', orderId: 'order_812', reason: 'duplicate',
  })));
  assert.equal(got.action, 'propose_refund');
  assert.equal(got.needsHuman, true);
});

test('an injected order of somebody else is refused by code', async () => {
  const got = await ask(says(reply({ action: 'show_order', orderId: 'order_999' })));
  assert.equal(got.action, 'none');
  assert.match(got.why, /not this customer/);
});

test('an action that is not on the list does not exist', async () => {
  for (const action of ['pay_refund', 'toString', '__proto__']) {
    assert.equal((await ask(says(reply({ action })))).why, 'unknown action');
  }
});

test('no link leaves with the text', async () => {
  for (const text of ['See ![x](https://evil.example/?order_812)',
    '[here](//evil.example/812)', 'www.evil.example/812', '<img src=x>']) {
    assert.equal((await ask(says(reply({ text })))).why, 'link or markup');
  }
});

test('an endless answer is cut at its budget and the stream is aborted', async () => {
  const got = await ask(says('la '.repeat(5_000)));
  assert.deepEqual([got.why, got.tokens, aborted], ['token budget', 61, true]);
});

test('a silent model ends at the deadline, and the stream is aborted', async () => {
  const silent = async function* model({ signal }) {
    signal.addEventListener('abort', () => { aborted = true; });
    yield '{';
    await never();
  };
  const soon = () => new Promise((resolve) => { setTimeout(resolve, 20); });
  const got = await ask(silent, soon);
  assert.deepEqual([got.why, got.tokens, aborted], ['deadline', 1, true]);
});

test('a broken answer and a broken model fall back', async () => {
  assert.equal((await ask(says('Sure, here you are:'))).why, 'not JSON');
  const dead = async function* model() { yield '{'; throw new Error('503'); };
  assert.equal((await ask(dead)).why, 'model: 503');
});
