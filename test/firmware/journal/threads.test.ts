import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withDeadline } from '../../support/deadline.js';
import { Bench } from './support.js';

const JOURNAL = import.meta.resolve('tapwatt/station/journal/journal.js');

/** A station thread that opens the journal, starts a transaction and then does what `ending` says. */
function script(directory: string, ending: string): string {
  return `
    const { openJournal } = await import(${JSON.stringify(JOURNAL)});
    const clock = { wallMs: () => 1767607200000, monotonicMs: () => 1000 };
    const opened = await openJournal({ directory: ${JSON.stringify(directory)}, clock, bootId: 'boot-1', systemClockTrusted: true });
    const reading = { energyWh: 1, powerW: 0, currentMa: [], voltageV: [], temperatureC: null, socPercent: null };
    const record = { t: 'TransactionStarted', localId: 'a', meterStartWh: 1, reading, at: { wallMs: 1767607200000, monotonicMs: 1000 },
      authorization: { idTag: 'T', parentIdTag: null, source: 'local', reservationId: null } };
    opened.journal.apply({ connectorId: 1, incarnation: 'x', seq: 1, record, wanted: { meterValues: null, stopTransaction: null } });
    ${ending}`;
}

async function workerEnds(code: string): Promise<void> {
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  worker.on('error', () => undefined);
  const exit = new Promise((resolve) => worker.once('exit', resolve));
  await withDeadline(exit, 20_000, 'the worker ends');
}

for (const [how, ending] of [
  ['throws', `throw new Error('station thread dies')`],
  ['exits', 'process.exit(1)'],
] as const)
  test(`a station thread that ${how} with the journal open: the next one opens it and knows that nothing was interrupted`, async () => {
    const bench = new Bench();
    await workerEnds(script(bench.directory, ending));
    const { outcome, sameProcess } = await bench.open();
    assert.equal([outcome.t, outcome.findings], ['ok', []]);
    assert.is(sameProcess, true);
    assert.is(bench.journal.transactions.openOn(1)?.localId, 'a');
    bench.close();
  });

test('a station thread that is terminated from outside lets go of the journal', async () => {
  const bench = new Bench();
  const code = script(
    bench.directory,
    `(await import('node:worker_threads')).parentPort.postMessage('up'); setInterval(() => {}, 1000);`,
  );
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  await withDeadline(once(worker, 'message'), 20_000, 'the worker is up');
  await worker.terminate();
  const { outcome, sameProcess } = await bench.open();
  assert.equal([outcome.t, outcome.findings, sameProcess], ['ok', [], true]);
  bench.close();
});

test('another process: its open transactions were interrupted', async () => {
  const bench = new Bench();
  const run = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', script(bench.directory, 'process.kill(process.pid, "SIGKILL")')],
    {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    },
  );
  assert.is(run.signal, 'SIGKILL', String(run.stderr));
  const { outcome, sameProcess } = await bench.open();
  assert.equal([outcome.t, sameProcess], ['ok', false]);
  assert.is(bench.journal.transactions.endInterrupted().length, 1);
  bench.close();
  assert.is((await bench.open()).sameProcess, true);
  bench.close();
});

test('two processes on one state directory: the second is told so', async () => {
  const bench = new Bench();
  await bench.open();
  const code = `
    const { lockDirectory } = await import(${JSON.stringify(import.meta.resolve('tapwatt/station/journal/lock.js'))});
    const { journalFiles } = await import(${JSON.stringify(import.meta.resolve('tapwatt/station/journal/files.js'))});
    try { lockDirectory(journalFiles(${JSON.stringify(bench.directory)}), 50); console.log('free'); }
    catch (error) { console.log(error.code, error.hint); }`;
  const second = () =>
    spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }).stdout.trim();
  assert.match(second(), /^JOURNAL_BUSY Stop it first/);
  bench.close();
  assert.is(second(), 'free');
});

test.run();
