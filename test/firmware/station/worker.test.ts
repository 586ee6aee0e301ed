import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FromStation, ToStation } from 'tapwatt/threads/messages.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually, PATIENCE_MS, withDeadline } from '../../support/deadline.js';
import { StationBench } from './bench.js';

/** The thread itself, on the bench's configuration; the bench's own station is never started. */
async function startWorker(change: (bench: StationBench) => object = () => ({})) {
  const bench = await StationBench.create();
  const config = { ...bench.config, ...change(bench) };
  const worker = new Worker(new URL(import.meta.resolve('tapwatt/station/worker.js')), { workerData: { config } });
  const messages: FromStation[] = [];
  worker.on('message', (message: FromStation) => messages.push(message));
  const errors: unknown[] = [];
  worker.on('error', (error) => errors.push(error));
  const ended = new Promise<number>((resolve) => worker.on('exit', resolve));
  const send = (message: ToStation) => worker.postMessage(message);
  const find = <T extends FromStation['t']>(t: T) =>
    messages.find((message): message is Extract<FromStation, { t: T }> => message.t === t);
  return { bench, worker, messages, errors, ended, send, find };
}

const AT = { wallMs: Date.now(), monotonicMs: 0 };

test('The station thread: ready, alive, restore, online, closed', async () => {
  const { bench, worker, messages, send, find, ended } = await startWorker();
  await eventually(() => find('ready'), 'ready');
  send({ t: 'restore-wanted', connectorId: 1, incarnation: 'i-1', at: AT });
  const restore = await eventually(() => find('restore'), 'restore');
  assert.is(restore.incarnation, 'i-1');
  assert.is(restore.operative, true);
  assert.is(restore.settings.sampleIntervalS, 0);
  await bench.calls('BootNotification', 1);
  const states = () => messages.flatMap((message) => (message.t === 'state' ? [message.state] : []));
  await eventually(() => states().at(-1)?.csms.registration === 'Accepted', 'state');
  await eventually(() => messages.filter(({ t }) => t === 'alive').length >= 2, 'signs of life');
  send({ t: 'shutdown', reason: 'signal', at: AT });
  await eventually(() => find('closed'), 'closed');
  await worker.terminate();
  await ended;
  await bench.stop();
});

test('POST /chaos: throw and exit end the thread', async () => {
  for (const mode of ['throw', 'exit'] as const) {
    const { bench, send, find, ended, errors } = await startWorker();
    await eventually(() => find('ready'), 'ready');
    send({ t: 'chaos', mode });
    const code = await withDeadline(ended, PATIENCE_MS, `the end by ${mode}`);
    assert.is(code, 1);
    if (mode === 'throw') assert.match(String(errors[0]), 'on demand');
    await bench.stop();
  }
});

test('A state directory that cannot be used: the thread ends with a log line that has a hint', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-worker-'));
  const file = join(directory, 'a-file');
  writeFileSync(file, '');
  const { bench, find, ended } = await startWorker(() => ({ stateDirectory: join(file, 'state') }));
  const code = await withDeadline(ended, PATIENCE_MS, 'the end');
  assert.is(code, 1);
  const log = find('log');
  assert.is(log?.level, 'error');
  assert.ok(String(log?.data?.hint).length > 10);
  await bench.stop();
  rmSync(directory, { recursive: true });
});

test.run();
