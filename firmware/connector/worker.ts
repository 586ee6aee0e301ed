/**
 * The connector thread. Started by main with `--no-addons`; nothing that it imports may reach a native module (checked
 * by test/workspace/imports.test.ts). All decisions are in machine.ts.
 */
import { randomUUID } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { createSystemClock } from '@tapwatt/hal/clock.js';
import type { ChaosMode, ConnectorWorkerData, ToConnector } from '../threads/messages.js';
import { createShell } from './shell.js';

const port = parentPort;
if (port === null) throw new Error('firmware/connector/worker.js is the entry of a worker thread; main starts it');

const shell = createShell({
  ...(workerData as ConnectorWorkerData),
  clock: createSystemClock(),
  incarnation: randomUUID(),
  send: (message) => port.postMessage(message),
  close: () => port.close(),
  misbehave,
});
port.on('message', (message: ToConnector) => shell.receive(message));

/** Bench: what a defect in this thread would look like from outside. */
function misbehave(mode: ChaosMode): void {
  switch (mode) {
    case 'throw':
      setImmediate(() => {
        throw new Error('chaos: thrown on purpose');
      });
      return;
    case 'spin':
      for (;;);
    case 'exit':
      process.exit(1);
  }
}
