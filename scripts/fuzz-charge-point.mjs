// node scripts/fuzz-charge-point.mjs [--frames 100000] [--seed N] [--json]
//
// A central system that sends random and mutated frames to a running charge point with a running transaction
// (test/certification/fuzz/run.ts). Build first: npx tsc -b test/certification
import { parseArgs } from 'node:util';
import { fuzzChargePoint } from '../test/dist/certification/fuzz/run.js';

const MAXIMUM_GROWTH = 1.1;
const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    /** The outcome as JSON on the last line; the exit status is 0 then. */
    json: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const startedAt = Date.now();
const seconds = () => Math.round((Date.now() - startedAt) / 1000);
const outcome = await fuzzChargePoint({
  frames: Number(values.frames),
  seed,
  progress: (sent) => {
    if (sent % 10_000 === 0) console.log(`${sent} frames, ${seconds()} s`);
  },
});
const { sent, answered, callErrors, reconnects, slowestStateMs, memory, problems } = outcome;
console.log(
  `\nseed ${seed}: ${sent} frames in ${seconds()} s, ${answered} CALLs answered (${callErrors} with CALLERROR), ${reconnects} reconnects, slowest GET /state ${slowestStateMs} ms`,
);
if (memory !== null)
  console.log(
    `resident memory ${memory.beforeKb} kB → ${memory.afterKb} kB: ${memory.ratio.toFixed(3)}× (at most ${MAXIMUM_GROWTH}×)`,
  );
for (const problem of problems) console.log(`✗ ${problem}`);
const grew = memory !== null && memory.ratio > MAXIMUM_GROWTH;
if (grew) console.log('✗ memory has grown');
if (values.json) console.log(JSON.stringify(outcome));
process.exit(values.json || (problems.length === 0 && !grew) ? 0 : 1);
