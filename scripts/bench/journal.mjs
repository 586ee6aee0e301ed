// Durable enqueue rate of the charge point's journal, beside a bare append + fdatasync loop on the same disk.
//
//   node scripts/bench/journal.mjs [--directory DIR] [--seconds 0.25] [--rounds 12] [--json]
//
// One enqueue is what a sampled meter value costs: the record applied once, register, floor and the owed MeterValues, in
// one commit that is on disk when the call returns. The baseline appends the same number of bytes of JSON and calls
// fdatasync: what a hand-written log without any structure could do at best. The two are measured in turn, so that a
// busy machine troubles both. DIR must be on the disk in question (default: var/ of this project). Needs a build.
import { closeSync, fdatasyncSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values: options } = parseArgs({
  options: {
    directory: { type: 'string', default: join(root, 'var') },
    seconds: { type: 'string', default: '0.25' },
    rounds: { type: 'string', default: '12' },
    json: { type: 'boolean', default: false },
  },
});
const { openJournal } = await import(join(root, 'firmware/dist/station/journal/journal.js'));

mkdirSync(options.directory, { recursive: true });
const directory = mkdtempSync(join(options.directory, 'bench-journal-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

const stamp = () => ({ wallMs: Date.now(), monotonicMs: performance.now() });
const reading = (energyWh) => ({
  energyWh,
  powerW: 7360,
  currentMa: [32000],
  voltageV: [230],
  temperatureC: 41,
  socPercent: null,
});
const sample = (n) => ({
  t: 'MeterSampled',
  localId: '6f1c9bb0-3f0f-4a0e-9d6f-2f0f5b7f3a11',
  context: 'Sample.Periodic',
  reading: reading(n),
  offeredMa: 32000,
  at: stamp(),
});

/** Calls `work(n)` for the time; gives the durations in ms. */
function repeat(work) {
  const durations = [];
  const until = performance.now() + Number(options.seconds) * 1000;
  for (let n = 1; performance.now() < until; n += 1) {
    const from = performance.now();
    work(n);
    durations.push(performance.now() - from);
  }
  return durations;
}

function appendLoop(path) {
  const fd = openSync(path, 'a');
  const durations = repeat((n) => {
    writeSync(fd, `${JSON.stringify(sample(n))}\n`);
    fdatasyncSync(fd);
  });
  closeSync(fd);
  return durations;
}

const clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };
const { journal } = await openJournal({ directory, clock, bootId: 'bench', systemClockTrusted: true });
const wanted = { meterValues: ['Energy.Active.Import.Register', 'Power.Active.Import'], stopTransaction: null };
let seq = 0;
const apply = (record) => {
  seq += 1;
  journal.apply({ connectorId: 1, incarnation: 'bench', seq, record, wanted });
};
apply({
  t: 'TransactionStarted',
  localId: sample(0).localId,
  authorization: { idTag: 'A1B2C3D4', parentIdTag: null, source: 'local', reservationId: null },
  meterStartWh: 0,
  reading: reading(0),
  at: stamp(),
});

const appended = [];
const enqueued = [];
const rounds = Number(options.rounds);
for (let round = 0; round < rounds; round += 1) {
  appended.push(...appendLoop(join(directory, 'append.log')));
  enqueued.push(...repeat((n) => apply(sample(n))));
}
journal.close();

function figures(durations) {
  const sorted = [...durations].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  const total = durations.reduce((sum, one) => sum + one, 0);
  return { perSecond: Math.round((durations.length / total) * 1000), medianMs: at(0.5), p99Ms: at(0.99) };
}

const baseline = figures(appended);
const result = figures(enqueued);
const ratio = result.perSecond / baseline.perSecond;
if (options.json) {
  console.log(
    JSON.stringify({
      name: 'journal durable enqueue',
      machine: `${cpus().length} × ${cpus()[0]?.model}`,
      baseline,
      result,
      ratio,
      goal: 0.5,
    }),
  );
} else {
  const line = (name, f) =>
    console.log(
      `${name.padEnd(34)}${String(f.perSecond).padStart(8)} /s   median ${f.medianMs.toFixed(3)} ms   p99 ${f.p99Ms.toFixed(3)} ms`,
    );
  console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, ${options.directory}`);
  line('append + fdatasync (baseline)', baseline);
  line('journal: apply + owed MeterValues', result);
  console.log(`ratio ${ratio.toFixed(2)} (goal ≥ 0.50: ${ratio >= 0.5 ? 'met' : 'NOT met'})`);
}
