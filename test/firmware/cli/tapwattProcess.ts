/** The real program as a process: `tapwatt run` and its commands. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ask } from 'tapwatt/control/client.js';
import type { ConnectorView, ControlState } from 'tapwatt/supervisor/state.js';
import { eventually } from '../../support/deadline.js';

const PROGRAM = fileURLToPath(new URL('../../../../firmware/bin/tapwatt.js', import.meta.url));

/** Nothing of the developer's own settings reaches the program under test. */
function environment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('TAPWATT_'));
  return Object.fromEntries(entries);
}

export interface Finished {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end. */
export function tapwatt(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [PROGRAM, ...args],
      { env: { ...environment(), ...env }, timeout: 110_000 },
      (_error, stdout, stderr) => resolve({ status: child.exitCode, stdout, stderr }),
    );
  });
}

export interface Installation {
  directory: string;
  configFile: string;
  socket: string;
  remove(): void;
}

/** A directory with a configuration for simulated hardware. */
export function install(csmsUrl: string, more = ''): Installation {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-run-'));
  const configFile = join(directory, 'config.yaml');
  writeFileSync(
    configFile,
    `csms:
  url: ${csmsUrl}
  chargePointId: CP-1
  reconnect: { minimumS: 0.2, maximumS: 1, randomS: 0 }
reader: { kind: simulated, pollMs: 50 }
can: { kind: simulated, listen: { host: 127.0.0.1, port: 0 } }
gpio: { backend: simulated }
connectors: [{ id: 1 }]
stateDirectory: state
controlSocket: control.sock
${more}`,
  );
  return {
    directory,
    configFile,
    socket: join(directory, 'control.sock'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

export interface RunningTapwatt {
  readonly child: ChildProcess;
  readonly log: () => string;
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  state(): Promise<ControlState>;
  connector(): Promise<ConnectorView>;
  post(path: string, body?: object): Promise<unknown>;
  /** SIGKILL when it still runs. */
  end(): Promise<void>;
}

export function run(installation: Installation, args: readonly string[] = []): RunningTapwatt {
  const child = spawn(process.execPath, [PROGRAM, 'run', '--config', installation.configFile, ...args], {
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr?.on('data', (chunk) => {
    log += String(chunk);
  });
  const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  const state = async (): Promise<ControlState> => (await ask(installation.socket, 'GET', '/state')) as ControlState;
  return {
    child,
    log: () => log,
    exit,
    state,
    async connector() {
      const [first] = (await state()).connectors;
      if (first === undefined) throw new Error('no connector');
      return first;
    },
    post: (path, body = {}) => ask(installation.socket, 'POST', path, body),
    async end() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exit;
    },
  };
}

/** Waits until the process answers and its connectors are there. */
export async function untilUp(point: RunningTapwatt): Promise<void> {
  await eventually(
    () =>
      point.connector().then(
        ({ status }) => status !== 'Unavailable',
        () => false,
      ),
    `the charge point is up (its log: ${point.log()})`,
    20_000,
    50,
  );
}
