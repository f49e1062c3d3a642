import { createHash, sign, verify } from 'node:crypto';

export const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');

export function attest(privateKey, statement) {  // by the build platform, not by the build
  const payload = Buffer.from(JSON.stringify(statement));
  return { payload, signature: sign(null, payload, privateKey) };
}

// An artifact is admitted if each answer is the expected one; the first wrong one is named.
export function admit(artifact, attestation, expected) {
  if (!attestation) return 'refused: no provenance';
  const { payload, signature } = attestation;
  const builder = Object.entries(expected.builders)
    .find(([, key]) => verify(null, payload, key, signature))?.[0];
  if (!builder) return 'refused: signature of no trusted builder';
  const said = JSON.parse(payload);
  if (said.builder !== builder) return 'refused: builder';
  if (said.digest !== digest(artifact)) return 'refused: other artifact';
  if (said.repository !== expected.repository) return 'refused: repository';
  if (said.ref !== expected.ref) return 'refused: ref';
  const known = new Set(['builder', 'digest', 'repository', 'ref']);
  const extra = Object.keys(said).find((name) => !known.has(name));
  return extra ? `refused: unknown parameter ${extra}` : 'admitted';
}
