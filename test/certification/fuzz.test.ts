import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fuzzChargePoint } from './fuzz/run.js';

/** The short version; `node scripts/fuzz-charge-point.mjs` sends 100,000. FUZZ_SEED=… replays a failing run. */
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
const FRAMES = 3000;

test(`a central system that sends ${FRAMES} random and mutated frames changes nothing (seed ${seed})`, async () => {
  const outcome = await fuzzChargePoint({ frames: FRAMES, seed });
  assert.equal(outcome.problems, [], `FUZZ_SEED=${seed}\n${outcome.problems.join('\n')}`);
  assert.is(outcome.sent, FRAMES);
  assert.ok(outcome.answered > FRAMES / 3, `${outcome.answered} answers`);
});

test.run();
