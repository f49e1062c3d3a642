import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPricing } from './pricing.mjs';

const HEAD = '0061736d01000000' + '01070160027f7f017f';
const flatFee = Buffer.from(`${HEAD}0302010007090105707269636500`
  + '000a09010700200020016a0b', 'hex');
const curious = Buffer.from(`${HEAD}020b0103656e76036e65740000`
  + '030201000709010570726963650001' + '0a0a0108002000200110000b', 'hex');
const builtIn = (base, fee) => base + fee;
const examples = [{ base: 4_500, fee: 350, total: 4_850 }];

const run = async (bytes, base, fee) => {        // no worker here, the same contract
  const module = await WebAssembly.compile(bytes);
  return { ok: true, total: new WebAssembly.Instance(module).exports.price(base, fee) };
};
const setup = (runner = run) => {
  const lines = [];
  const log = (line) => lines.push(line);
  return { lines, pricing: createPricing({ run: runner, builtIn, log }) };
};

test('the rule of the module has 43 bytes and prices', async () => {
  const { pricing } = setup();
  assert.equal(flatFee.length, 43);
  const { digest } = await pricing.install('promoter_7', flatFee, examples);
  assert.deepEqual(await pricing.price('promoter_7', 4_500, 350),
    { total: 4_850, by: digest.slice(0, 8) });
});

test('a rule that asks for anything is not installed', async () => {
  const { pricing } = setup();
  assert.deepEqual(await pricing.install('promoter_7', curious, examples),
    { ok: false, why: 'asks for net' });
  assert.equal((await pricing.price('promoter_7', 4_500, 350)).by, 'built-in');
});

test('bytes changed during the check are not what is stored', async () => {
  const upload = Uint8Array.from(flatFee);
  const { pricing } = setup(async (bytes, base, fee) => {
    upload.fill(0);                              // the uploader writes while it is checked
    return run(bytes, base, fee);
  });
  assert.equal((await pricing.install('promoter_7', upload, examples)).ok, true);
  assert.equal((await pricing.price('promoter_7', 4_500, 350)).total, 4_850);
});

test('damaged, too large, or against its own example: not installed', async () => {
  const { pricing } = setup();
  const tries = [
    [flatFee.subarray(0, 42), examples, 'CompileError'],
    [new Uint8Array(5_000), examples, 'too large'],
    [flatFee, [{ base: 1, fee: 1, total: 3 }], 'fails its example'],
  ];
  for (const [bytes, list, why] of tries) {
    assert.equal((await pricing.install('promoter_7', bytes, list)).why, why);
  }
});

test('a total out of range costs nobody a wrong price', async () => {
  const { pricing, lines } = setup();
  await pricing.install('promoter_7', flatFee, examples);
  const got = await pricing.price('promoter_7', 4_500, -9_000);
  assert.deepEqual([got.by, lines.length], ['built-in', 1]);
});

test('three failures in a row turn a rule off, and the sale goes on', async () => {
  let calls = 0;
  const hanging = async (bytes, base, fee) => {
    calls += 1;
    if (calls === 2) throw new Error('no worker');   // a broken runner is a failure too
    return calls === 1 ? run(bytes, base, fee) : { ok: false, why: 'no answer in 50 ms' };
  };
  const { pricing, lines } = setup(hanging);
  await pricing.install('promoter_7', flatFee, examples);
  for (let i = 0; i < 5; i += 1) {
    assert.equal((await pricing.price('promoter_7', 4_500, 350)).total, 4_850);
  }
  assert.deepEqual([calls, lines.length, lines.at(-1).on], [4, 3, false]);
});
