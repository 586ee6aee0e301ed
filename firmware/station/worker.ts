import { parentPort, workerData } from 'node:worker_threads';
import { createSystemClock } from '@tapwatt/hal/clock.js';
import type { ChaosMode, FromStation, StationWorkerData, ToStation } from '../threads/messages.js';
import { createConnect } from './connect.js';
import { describeFailure } from './failure.js';
import { openJournal } from './journal/journal.js';
import { createStation } from './station.js';
import { readBootId } from './time/boot-id.js';
import { systemClockSetter, trustOrSet } from './time/set-clock.js';
import { systemClockTrust } from './time/system-clock.js';

/** The station thread: everything of it that needs a thread. Started by main with StationWorkerData. */

/** Main gives the thread up after 15 s. */
const ALIVE_MS = 2000;

const port = parentPort;
if (port === null)
  throw new Error('station/worker.js runs as a worker thread; start the charge point with `tapwatt run`');
const { config } = workerData as StationWorkerData;
const post = (message: FromStation): void => port.postMessage(message);

const clock = createSystemClock();
const trust = () => systemClockTrust(config.clock.trust);

try {
  const opened = await openJournal({
    directory: config.stateDirectory,
    clock,
    bootId: readBootId(),
    systemClockTrusted: await trust(),
  });
  const station = createStation({
    config,
    opened,
    clock,
    random: Math.random,
    connect: createConnect(config.csms),
    systemClockTrust: trustOrSet(
      trust,
      opened.journal.clock,
      systemClockSetter(config.clock.setSystemClock, process.env),
    ),
    post,
  });
  const alive = () => post({ t: 'alive', journalOk: station.journalOk });
  alive();
  setInterval(alive, ALIVE_MS);
  port.on('message', (message: ToStation) => {
    if (message.t === 'chaos') misbehave(message.mode);
    else station.receive(message);
  });
  station.start();
} catch (error) {
  const { message, data } = describeFailure(error);
  post({ t: 'log', level: 'error', message: `The station thread cannot start: ${message}`, data });
  throw error;
}

/** Bench only: main forwards it only where hardware is simulated. */
function misbehave(mode: ChaosMode): void {
  switch (mode) {
    case 'throw':
      setImmediate(() => {
        throw new Error('thrown on demand (POST /chaos)');
      });
      return;
    case 'spin':
      for (;;);
    case 'exit':
      process.exit(1);
  }
}
