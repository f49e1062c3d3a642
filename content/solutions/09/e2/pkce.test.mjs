import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

const challengeOf = (verifier) => createHash('sha256').update(verifier).digest('base64url');

function createAuthorizationServer({ clients, now, newId, codeMs = 60_000 }) {
  const [codes, tokens] = [new Map(), new Map()];
  const error = (name) => ({ error: name });
  return {
    authorize({ clientId, redirectUri, challenge, method, state, user }) {
      const client = clients.get(clientId);
      if (!client?.redirectUris.includes(redirectUri)) return error('do not redirect');
      if (method !== 'S256' || !/^[\w-]{43}$/.test(challenge ?? '')) {
        return error('invalid_request');
      }
      const code = newId();
      const until = now() + codeMs;
      codes.set(code, { clientId, redirectUri, challenge, user, until, issued: null });
      return { location: `${redirectUri}?${new URLSearchParams({ code, state })}`, code };
    },
    token({ code, clientId, redirectUri, verifier }) {
      const grant = codes.get(code);
      if (!grant) return error('invalid_grant');
      if (grant.issued) {                        // seen before: someone else has it too
        tokens.delete(grant.issued);
        return error('invalid_grant');
      }
      const same = grant.clientId === clientId && grant.redirectUri === redirectUri;
      if (!same || now() >= grant.until) return error('invalid_grant');
      const shaped = /^[A-Za-z0-9._~-]{43,128}$/.test(verifier ?? '');
      const fits = shaped && challengeOf(verifier) === grant.challenge;
      if (!fits) return error('invalid_grant');
      grant.issued = newId();
      tokens.set(grant.issued, grant.user);
      return { access_token: grant.issued };
    },
    whoIs: (token) => tokens.get(token),
  };
}

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';       // RFC 7636, B
const REDIRECT = 'https://promoter.example/callback';

function setup() {
  const world = { t: 0 };
  let n = 0;
  const server = createAuthorizationServer({
    now: () => world.t, newId: () => `id${n += 1}`,
    clients: new Map([['back-office', { redirectUris: [REDIRECT] }]]),
  });
  const ask = { clientId: 'back-office', redirectUri: REDIRECT, user: 'zofia', state: 's1',
    challenge: challengeOf(VERIFIER), method: 'S256' };
  const swap = { clientId: 'back-office', redirectUri: REDIRECT, verifier: VERIFIER };
  return { world, server, ask, swap };
}

test('the challenge is that of RFC 7636', () => {
  assert.equal(challengeOf(VERIFIER), 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
});

test('code and verifier give a token, and state comes back', () => {
  const { server, ask, swap } = setup();
  const { code, location } = server.authorize(ask);
  assert.equal(new URL(location).searchParams.get('state'), 's1');
  assert.equal(server.whoIs(server.token({ ...swap, code }).access_token), 'zofia');
});

test('a stolen code without its verifier is worthless, and does not burn the code', () => {
  const { server, ask, swap } = setup();
  const { code } = server.authorize(ask);
  for (const verifier of [undefined, ask.challenge, 'x'.repeat(43)]) {
    assert.equal(server.token({ ...swap, code, verifier }).error, 'invalid_grant');
  }
  assert.ok(server.token({ ...swap, code }).access_token);
});

test('a code works once; its second use revokes what the first one gave', () => {
  const { server, ask, swap } = setup();
  const { code } = server.authorize(ask);
  const { access_token: token } = server.token({ ...swap, code });
  assert.equal(server.token({ ...swap, code }).error, 'invalid_grant');
  assert.equal(server.whoIs(token), undefined);
});

test('a code ends after 60 s', () => {
  const { world, server, ask, swap } = setup();
  const { code } = server.authorize(ask);
  world.t = 60_000;
  assert.equal(server.token({ ...swap, code }).error, 'invalid_grant');
});

test('a redirect URI is compared as a string, and plain is refused', () => {
  const { server, ask } = setup();
  const longer = { ...ask, redirectUri: `${REDIRECT}/../evil` };
  assert.equal(server.authorize(longer).location, undefined);
  assert.equal(server.authorize({ ...ask, method: 'plain' }).error, 'invalid_request');
});
