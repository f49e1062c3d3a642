import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

const list = (field = '') => field.split(',').map((tag) => tag.trim()).filter(Boolean);
const opaque = (tag) => tag.replace(/^W\//, '');
const strongly = (tags, etag) => tags.some((tag) => tag === etag && !tag.startsWith('W/'));
const weakly = (tags, etag) => tags.some((tag) => opaque(tag) === opaque(etag));

function createPrices() {
  let stored = null;                             // { body, etag }

  function get({ fields }) {
    if (!stored) return { status: 404 };
    const known = list(fields['if-none-match']);
    const same = known.includes('*') || weakly(known, stored.etag);
    return same ? { status: 304, ...stored, body: '' } : { status: 200, ...stored };
  }

  function put({ fields, body }) {               // condition and write in one step
    const match = list(fields['if-match']);
    const noneMatch = list(fields['if-none-match']);
    if (match.length === 0 && noneMatch.length === 0) return { status: 428 };
    if (match.length > 0) {
      const holds = stored && (match.includes('*') || strongly(match, stored.etag));
      if (!holds) return { status: 412 };
    }                                            // if both are sent, both must hold
    if (stored && (noneMatch.includes('*') || weakly(noneMatch, stored.etag))) {
      return { status: 412 };
    }
    const status = stored ? 204 : 201;
    const hash = createHash('sha256').update(body).digest('base64url').slice(0, 8);
    stored = { body, etag: `"${hash}"` };
    return { status, etag: stored.etag };        // the bytes were stored as they came
  }

  return (method, fields = {}, body = '') => {
    if (method === 'GET') return get({ fields });
    if (method === 'PUT') return put({ fields, body });
    return { status: 405 };
  };
}

const first = '{"A":4500}';
const second = '{"A":4850}';

function created() {
  const prices = createPrices();
  const { etag } = prices('PUT', { 'if-none-match': '*' }, first);
  return { prices, etag };
}

test('creation, once', () => {
  const prices = createPrices();
  assert.equal(prices('PUT', { 'if-none-match': '*' }, first).status, 201);
});

test('creation, twice', () => {
  const { prices } = created();
  assert.equal(prices('PUT', { 'if-none-match': '*' }, second).status, 412);
  assert.equal(prices('GET').body, first);
});

test('a read shows the tag that the write returned', () => {
  const { prices, etag } = created();
  assert.deepEqual(prices('GET'), { status: 200, body: first, etag });
});

test('a read with the tag, strong or weak, is answered without content', () => {
  const { prices, etag } = created();
  for (const tag of [etag, `W/${etag}`, `"older", ${etag}`]) {
    const { status, body } = prices('GET', { 'if-none-match': tag });
    assert.deepEqual([status, body], [304, '']);
  }
});

test('a write with the tag, and one without any condition', () => {
  const { prices, etag } = created();
  assert.equal(prices('PUT', {}, second).status, 428);
  assert.equal(prices('PUT', { 'if-match': etag }, second).status, 204);
  assert.equal(prices('GET').body, second);
});

test('a write with the old tag changes nothing', () => {
  const { prices, etag } = created();
  prices('PUT', { 'if-match': etag }, second);
  assert.equal(prices('PUT', { 'if-match': etag }, '{"A":1}').status, 412);
  assert.equal(prices('GET').body, second);
});

test('a write with the right tag, marked weak', () => {
  const { prices, etag } = created();
  assert.equal(prices('PUT', { 'if-match': `W/${etag}` }, second).status, 412);
});
