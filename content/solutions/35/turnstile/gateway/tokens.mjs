// Access tokens: JSON Web Tokens signed with Ed25519, checked as Module 9 does.
import { generateKeyPairSync, sign, verify } from 'node:crypto';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));

export function createTokens({ issuer, audience, now }) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');        // a test key
  return {
    issue(sub, seconds = 3_600) {
      const exp = Math.floor(now() / 1_000) + seconds;
      const input = `${encode({ alg: 'Ed25519', typ: 'at+jwt' })}.${
        encode({ iss: issuer, aud: audience, sub, exp })}`;
      return `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`;
    },
    check(header) {                              // the customer's ID, or undefined
      const [, token] = /^Bearer ([\w.-]{1,4096})$/.exec(header ?? '') ?? [];
      const [head, body, signature, rest] = token?.split('.') ?? [];
      if (!signature || rest !== undefined) return undefined;
      const input = Buffer.from(`${head}.${body}`);
      if (!verify(null, input, publicKey, Buffer.from(signature, 'base64url'))) return undefined;
      const [{ alg, typ }, { iss, aud, sub, exp }] = [decode(head), decode(body)];
      const ours = alg === 'Ed25519' && typ === 'at+jwt' && iss === issuer && aud === audience;
      return ours && Number.isFinite(exp) && now() < exp * 1_000 ? sub : undefined;
    },
  };
}
