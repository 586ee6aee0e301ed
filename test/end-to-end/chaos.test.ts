import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chaosRun } from './harness/chaos-run.js';

/** The short version; `npm run chaos` does 300. Replay one: `npm run chaos -- --seed 7`. */
const SEEDS = [1, 2, 3, 4, 5, 6];

test('architecture §3: killed and cut at random instants, every session is stored exactly once', async () => {
  for (let first = 0; first < SEEDS.length; first += 3) {
    const outcomes = await Promise.all(SEEDS.slice(first, first + 3).map(chaosRun));
    for (const outcome of outcomes) {
      assert.is(outcome.problem, null, `seed ${outcome.seed}:\n${outcome.story.join('\n')}\n${outcome.problem}`);
    }
  }
});

test.run();
