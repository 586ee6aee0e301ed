import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ServiceError } from '../errors.js';

/** A charge point on simulated hardware that this process has started: the real `tapwatt`, as a program beside us. */
export interface Simulator {
  id: string;
  /** `--socket` of its command line: `tapwatt --socket … plug-in`. */
  controlSocket: string;
  startedAtMs: number;
}

export interface Simulators {
  /** Whether `tapwatt` is installed beside csms-lite. */
  readonly isAvailable: boolean;
  list(): Simulator[];
  /** `origin`: `ws://127.0.0.1:8180`. @throws ServiceError operation_not_supported, already_exists, invalid_request */
  start(id: string, origin: string): Promise<Simulator>;
  /** No error when there is none. */
  stop(id: string): Promise<void>;
  /** Ends them all; as when csms-lite stops. */
  stopAll(): Promise<void>;
}

/** More of them belong into a load test, not onto a button. */
const MOST = 5;
/** What a program is given to end by itself. */
const PATIENCE_MS = 1500;

/** How to run `tapwatt`, with the flags of its own first line; null: not installed. Never imported, only started. */
function findTapwatt(): string[] | null {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('tapwatt/package.json'));
    const program = join(folder, 'bin/tapwatt.js');
    const [firstLine = ''] = readFileSync(program, 'utf8').split('\n', 1);
    return [...(firstLine.match(/--\S+/g) ?? []), program];
  } catch {
    return null;
  }
}

interface Running extends Simulator {
  child: ChildProcess;
  folder: string;
  ended: Promise<void>;
}

export function createSimulators(): Simulators {
  const command = findTapwatt();
  const running = new Map<string, Running>();

  const stop = async (id: string): Promise<void> => {
    const one = running.get(id);
    if (one === undefined) return;
    one.child.kill('SIGTERM');
    const timer = setTimeout(() => one.child.kill('SIGKILL'), PATIENCE_MS);
    await one.ended;
    clearTimeout(timer);
  };

  return {
    isAvailable: command !== null,
    list: () => [...running.values()].map(({ id, controlSocket, startedAtMs }) => ({ id, controlSocket, startedAtMs })),
    async start(id, origin) {
      if (command === null)
        throw new ServiceError(
          'operation_not_supported',
          'tapwatt is not installed beside csms-lite.',
          'npm install tapwatt in the same folder, or run npx tapwatt simulate by hand.',
        );
      if (!/^[A-Za-z0-9._-]{1,40}$/.test(id))
        throw new ServiceError('invalid_request', `${id} is no name for it.`, 'Letters, digits, dots and dashes.');
      if (running.has(id)) throw new ServiceError('already_exists', `${id} is running.`, 'Choose another name.');
      if (running.size >= MOST)
        throw new ServiceError('invalid_request', `${MOST} are running.`, 'Stop one of them first.');
      // A short path: sockets must not have a long one.
      const folder = await mkdtemp(join(tmpdir(), 'tapwatt-sim-'));
      const args = [...command, 'simulate', '--url', `${origin}/ocpp`, '--id', id, '--connectors', '2'];
      const child = spawn(process.execPath, [...args, '--directory', folder], { stdio: 'ignore' });
      const ended = new Promise<void>((resolve) => {
        child.on('error', () => resolve());
        child.on('exit', () => resolve());
      }).then(async () => {
        running.delete(id);
        await rm(folder, { recursive: true, force: true });
      });
      const controlSocket = join(folder, 'control.sock');
      const one = { id, controlSocket, startedAtMs: Date.now(), child, folder, ended };
      running.set(id, one);
      return { id, controlSocket, startedAtMs: one.startedAtMs };
    },
    stop,
    async stopAll() {
      await Promise.all([...running.keys()].map(stop));
    },
  };
}
