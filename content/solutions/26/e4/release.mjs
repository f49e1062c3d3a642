import { createHash } from 'node:crypto';

export const STAGES = ['checks', 'staging', 'canary-1', 'canary-10', 'canary-50', 'everyone'];
export const digestOf = (kind, bytes) => createHash('sha256').update(`${kind}\0`)
  .update(bytes).digest('hex');

// kind: 'code' or 'content'. Both take the same way; evidence belongs to a digest.
// The kind is part of it: a fee table must not be promoted as code.
export function createPipeline({ now, activate, restore }) {
  const evidence = new Map();                    // digest -> [{ stage, verdict, at }]
  const release = new Map();                     // kind -> digest that everyone has
  const journal = [];
  let running = null;                            // one rollout with customers at a time
  const busy = new Set();                        // digests whose gate is being asked

  const passed = (digest) => (evidence.get(digest) ?? [])
    .filter(({ verdict }) => verdict === 'pass').map(({ stage }) => stage);
  const note = (entry) => journal.push({ at: now(), ...entry });

  return {
    journal,
    current: (kind) => release.get(kind),
    submit(kind, bytes) {
      const digest = digestOf(kind, bytes);
      if (evidence.has(digest)) return digest;   // the same bytes are the same artifact
      evidence.set(digest, []);
      note({ what: 'built', kind, digest });
      return digest;
    },
    async advance(kind, bytes, gate) {           // gate({ stage, digest }) -> 'pass' | 'fail'
      const digest = digestOf(kind, bytes);
      if (!evidence.has(digest)) throw new Error('these bytes were never built here');
      const stage = STAGES[passed(digest).length];
      if (!stage) throw new Error('already with everyone');
      const serving = STAGES.indexOf(stage) >= STAGES.indexOf('canary-1');
      if (serving && running && running !== digest) {
        throw new Error('another rollout is under way');
      }
      if (busy.has(digest)) throw new Error('this gate is already being asked');
      if (serving) running = digest;
      busy.add(digest);                          // or two answers would count as two stages
      try {
        let verdict = 'no evidence';
        try {
          if (serving) await activate({ kind, digest, stage });
          verdict = await gate({ stage, digest });
        } catch (error) {
          note({ what: 'gate broke', stage, digest, error: error.message });
        }
        note({ what: verdict, kind, stage, digest });
        if (verdict !== 'pass') {                // silence is no evidence either
          evidence.set(digest, []);              // it begins again, from the checks
          if (serving) {                         // a failed check ends nobody else's rollout
            await restore({ kind, digest: release.get(kind) ?? null });
            running = null;
          }
          return { stage, verdict };
        }
        evidence.get(digest).push({ stage, verdict, at: now() });
        if (stage === 'everyone') {
          release.set(kind, digest);
          running = null;
        }
        return { stage, verdict };
      } finally {
        busy.delete(digest);
      }
    },
  };
}
