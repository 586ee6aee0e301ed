import { Worker } from 'node:worker_threads';
import type { ConnectorWorkerData, FromConnector, ToConnector } from 'tapwatt/threads/messages.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { SETTINGS, SOMEBODY, TRAITS } from './fixtures.js';

const ENTRY = new URL(import.meta.resolve('tapwatt/connector/worker.js'));

const READING = { energyWh: 1000, powerW: 0, currentMa: [0], voltageV: [230], temperatureC: null, socPercent: null };

/** A real thread, and this test in the place of main and station. */
class Thread {
  readonly messages: FromConnector[] = [];
  readonly worker: Worker;
  journalAnswers = true;
  exitCode: number | null = null;
  error: Error | null = null;

  constructor(data: Partial<ConnectorWorkerData> = {}) {
    const workerData: ConnectorWorkerData = { traits: { ...TRAITS, hasLock: true }, logLevel: 'debug', ...data };
    this.worker = new Worker(ENTRY, { workerData, execArgv: ['--no-addons'] });
    this.worker.on('message', (message: FromConnector) => this.#receive(message));
    this.worker.on('error', (error: Error) => {
      this.error = error;
    });
    this.worker.on('exit', (code) => {
      this.exitCode = code;
    });
  }

  at() {
    return { wallMs: Date.now(), monotonicMs: Number(process.hrtime.bigint() / 1_000_000n) };
  }

  send(message: ToConnector): void {
    this.worker.postMessage(message);
  }

  #receive(message: FromConnector): void {
    this.messages.push(message);
    if (message.t === 'hello')
      this.send({
        t: 'restore',
        restore: {
          settings: SETTINGS,
          operative: true,
          transaction: null,
          reservation: null,
          faults: [],
          pluggedIn: false,
          reading: READING,
          limitMa: null,
          at: this.at(),
        },
      });
    else if (message.t === 'lock') this.send({ t: 'lock-result', locked: message.locked, ok: true, at: this.at() });
    else if (message.t === 'power' && !message.on) this.send({ t: 'power-is-off', reading: READING, at: this.at() });
    else if (message.t === 'record' && this.journalAnswers) this.send({ t: 'recorded', seq: message.seq });
  }

  of<T extends FromConnector['t']>(t: T): Extract<FromConnector, { t: T }>[] {
    return this.messages.filter((message): message is Extract<FromConnector, { t: T }> => message.t === t);
  }

  powerOn(): number {
    return this.of('power').filter((message) => message.on).length;
  }

  status(): string | undefined {
    return this.of('snapshot').at(-1)?.snapshot.status;
  }

  tap(): void {
    this.send({ t: 'plug', pluggedIn: true, at: this.at() });
    this.send({ t: 'authorize', authorization: SOMEBODY, at: this.at() });
  }

  async ended(): Promise<void> {
    await eventually(() => this.exitCode !== null, 'the end of the thread');
  }
}

test('tap → locked, recorded, power; the lease is renewed while it is on; stop → power off and the end on record', async () => {
  const thread = new Thread();
  try {
    await eventually(() => thread.status() === 'Available', 'the restore');
    thread.journalAnswers = false;
    thread.tap();
    await eventually(() => thread.of('record').length === 1, 'TransactionStarted');
    assert.is(thread.powerOn(), 0, 'no power before the journal has it');
    thread.journalAnswers = true;
    thread.send({ t: 'resend' });
    await eventually(() => thread.status() === 'Charging', 'power');
    await eventually(() => thread.powerOn() >= 4, 'three renewals');
    assert.ok(thread.of('alive').length >= 3);
    thread.send({ t: 'stop', reason: 'Local', idTag: SOMEBODY.idTag, at: thread.at() });
    await eventually(() => thread.status() === 'Finishing', 'the end');
    const renewals = thread.powerOn();
    const alive = thread.of('alive').length;
    await eventually(() => thread.of('alive').length >= alive + 2, 'two more pulses');
    assert.is(thread.powerOn(), renewals, 'no renewal after power off');
    const [hello] = thread.of('hello');
    for (const record of thread.of('record')) assert.is(record.incarnation, hello?.incarnation);
    const kinds = new Map(thread.of('record').map(({ seq, record }) => [seq, record.t]));
    assert.equal(
      [...kinds],
      [
        [1, 'TransactionStarted'],
        [2, 'TransactionEnded'],
      ],
    );
  } finally {
    await thread.worker.terminate();
  }
});

test('timers of the machine run: ConnectionTimeOut of one second', async () => {
  const thread = new Thread();
  try {
    await eventually(() => thread.status() === 'Available', 'the restore');
    thread.send({ t: 'settings', settings: { ...SETTINGS, connectionTimeoutS: 1 } });
    thread.send({ t: 'authorize', authorization: SOMEBODY, at: thread.at() });
    await eventually(() => thread.status() === 'Preparing', 'Preparing');
    await eventually(() => thread.status() === 'Available', 'the authorisation is given up');
  } finally {
    await thread.worker.terminate();
  }
});

test('a thread that is ended renews nothing: the lease runs out by itself', async () => {
  const thread = new Thread();
  await eventually(() => thread.status() === 'Available', 'the restore');
  thread.tap();
  await eventually(() => thread.powerOn() >= 2, 'a renewal');
  await thread.worker.terminate();
  const { length } = thread.messages;
  await new Promise((resolve) => setTimeout(resolve, 700));
  assert.is(thread.messages.length, length);
});

test('shutdown: power off, then the thread ends by itself with status 0', async () => {
  const thread = new Thread();
  await eventually(() => thread.status() === 'Available', 'the restore');
  thread.tap();
  await eventually(() => thread.powerOn() >= 1, 'power');
  thread.send({ t: 'shutdown' });
  await thread.ended();
  assert.is(thread.exitCode, 0);
  assert.is(thread.of('power').at(-1)?.on, false);
});

test('bench: chaos throws, exits, spins', async () => {
  const throwing = new Thread({ bench: true });
  throwing.send({ t: 'chaos', mode: 'throw' });
  await throwing.ended();
  assert.match(throwing.error?.message ?? '', 'chaos');

  const exiting = new Thread({ bench: true });
  exiting.send({ t: 'chaos', mode: 'exit' });
  await exiting.ended();
  assert.is(exiting.exitCode, 1);

  const spinning = new Thread({ bench: true });
  await eventually(() => spinning.of('alive').length > 0, 'a sign of life');
  spinning.send({ t: 'chaos', mode: 'spin' });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const { length } = spinning.of('alive');
  await new Promise((resolve) => setTimeout(resolve, 700));
  assert.is(spinning.of('alive').length, length, 'a thread that spins gives no sign of life');
  await spinning.worker.terminate();
});

test('chaos is not obeyed where hardware is real', async () => {
  const thread = new Thread();
  try {
    thread.send({ t: 'chaos', mode: 'exit' });
    await eventually(() => thread.of('alive').length >= 2, 'it lives on');
    assert.is(thread.exitCode, null);
  } finally {
    await thread.worker.terminate();
  }
});

test.run();
