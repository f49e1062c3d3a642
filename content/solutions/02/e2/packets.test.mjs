import { test } from 'node:test';
import assert from 'node:assert/strict';

const header = (hex) => {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const [id, flags, questions, answers, authority, additional] =
    [0, 2, 4, 6, 8, 10].map((at) => bytes.readUInt16BE(at));
  const bit = (mask) => (flags & mask) !== 0;
  return {
    id, questions, answers, authority, additional, rcode: flags & 15,
    qr: bit(0x8000), aa: bit(0x0400), tc: bit(0x0200), rd: bit(0x0100), ra: bit(0x0080),
  };
};

function diagnose(hex) {
  const { qr, aa, tc, ra, rcode, answers, authority } = header(hex);
  if (!qr) return 'a query';
  if (tc) return 'truncated: ask again over TCP';        // before the counts: they are cut
  if (rcode === 2) return 'the resolver failed';
  if (rcode === 3) return 'no such name';
  if (rcode === 5) return 'refused: not its zone, or not its client';
  if (rcode !== 0) return `rcode ${rcode}`;
  if (answers > 0) return aa ? 'an answer from the authority' : 'an answer from a resolver';
  if (!aa && !ra && authority > 0) return 'a referral';
  return 'the name exists, this type does not';
}

const cases = {
  '1a2b 0100 0001 0000 0000 0000': 'a query',
  '1a2b 8500 0001 0001 0000 0000': 'an answer from the authority',
  '1a2b 8180 0001 0001 0000 0000': 'an answer from a resolver',
  '1a2b 8100 0001 0000 0002 0002': 'a referral',
  '1a2b 8183 0001 0000 0001 0000': 'no such name',
  '1a2b 8180 0001 0000 0001 0000': 'the name exists, this type does not',
  '1a2b 8380 0001 0000 0000 0000': 'truncated: ask again over TCP',
  '1a2b 8182 0001 0000 0000 0000': 'the resolver failed',
  '1a2b 8105 0001 0000 0000 0000': 'refused: not its zone, or not its client',
};
for (const [hex, verdict] of Object.entries(cases)) {
  test(verdict, () => assert.equal(diagnose(hex), verdict));
}
