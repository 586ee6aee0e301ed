// npm run chaos [-- --runs 300] [--seed N] [--parallel 6]
//
// Seeded runs of both programs with SIGKILLs and link cuts at random instants (test/end-to-end/harness/chaos-run.ts).
// A failing run prints its seed and its story; `--seed N` replays that one.
import { parseArgs } from 'node:util';
import { chaosRun } from '../test/dist/end-to-end/harness/chaos-run.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '300' },
    first: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    parallel: { type: 'string', default: '6' },
  },
});

const seeds =
  values.seed === undefined
    ? Array.from({ length: Number(values.runs) }, (_, i) => Number(values.first) + i)
    : [Number(values.seed)];
const totals = { runs: 0, failed: 0, sessions: 0, kills: 0, cuts: 0 };
const startedAt = Date.now();
const waiting = [...seeds];

async function worker() {
  for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
    const outcome = await chaosRun(seed);
    totals.runs += 1;
    totals.sessions += outcome.sessions;
    totals.kills += outcome.kills;
    totals.cuts += outcome.cuts;
    if (outcome.problem !== null) {
      totals.failed += 1;
      console.log(
        `\n✗ seed ${seed}: ${outcome.problem}\n${outcome.story.join('\n')}\n  replay: npm run chaos -- --seed ${seed}\n`,
      );
    } else if (values.seed !== undefined) console.log(outcome.story.join('\n'));
    if (totals.runs % 10 === 0)
      console.log(
        `${totals.runs}/${seeds.length} runs, ${totals.failed} failed, ${Math.round((Date.now() - startedAt) / 1000)} s`,
      );
  }
}
await Promise.all(Array.from({ length: Math.min(Number(values.parallel), seeds.length) }, worker));

console.log(
  `\n${totals.runs} runs, ${totals.sessions} sessions, ${totals.kills} SIGKILLs, ${totals.cuts} link cuts, ${totals.failed} runs failed, ${Math.round((Date.now() - startedAt) / 1000)} s`,
);
process.exit(totals.failed === 0 ? 0 : 1);
