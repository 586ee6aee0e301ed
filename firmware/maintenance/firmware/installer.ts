import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';

/** What became of an installation. `verification`: the file itself was found unusable, nothing was changed. */
export type Installation = { ok: true } | { ok: false; verification: boolean; reason: string; hint: string };

/** Installs a downloaded file. */
export interface Installer {
  /** Cars cannot charge while it runs, since the process ends with it. */
  readonly interrupts: boolean;
  /** Whether the process has to be started again for the new firmware to run. */
  readonly needsRestart: boolean;
  install(file: string): Promise<Installation>;
}

export interface InstallerOptions {
  /** Program and arguments, no shell; `{file}` stands for the path. Null: there is nothing to install with. */
  command: readonly string[] | null;
  timeoutS: number;
  restart: boolean;
}

/** sysexits.h EX_DATAERR: how a hook says that the file is not for this charge point. */
export const EX_DATAERR = 65;
const KEPT_OUTPUT = 2000;

/**
 * Runs the configured hook; without one (simulation, or a station whose operator updates it by other means) a file that
 * has content is recorded as installed.
 */
export function createInstaller({ command, timeoutS, restart }: InstallerOptions): Installer {
  const [program, ...args] = command ?? [];
  return {
    interrupts: program !== undefined && restart,
    needsRestart: program !== undefined && restart,
    async install(file) {
      const size = (await stat(file)).size;
      if (size === 0)
        return { ok: false, verification: true, reason: 'the file is empty', hint: 'Look at what the server serves.' };
      if (program === undefined) return { ok: true };
      return await run(program, args, file, timeoutS);
    },
  };
}

function run(program: string, args: readonly string[], file: string, timeoutS: number): Promise<Installation> {
  return new Promise((resolve) => {
    let output = '';
    let timedOut = false;
    const fail = (reason: string, hint: string, verification = false): void =>
      resolve({ ok: false, verification, reason, hint });
    const child = spawn(
      program,
      args.map((arg) => arg.replaceAll('{file}', file)),
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        // Its own process group: a package that restarts this service must not die with it.
        detached: true,
        env: { PATH: process.env.PATH, HOME: process.env.HOME, LANG: 'C.UTF-8', TAPWATT_FIRMWARE_FILE: file },
      },
    );
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const limit = setTimeout(() => {
      timedOut = true;
      endGroup(child.pid);
    }, timeoutS * 1000);
    child.on('error', (error) => {
      clearTimeout(limit);
      fail(`${program} cannot be run: ${error.message}`, 'Correct maintenance.installCommand in the configuration.');
    });
    child.on('close', (status, signal) => {
      clearTimeout(limit);
      if (status === 0 && !timedOut) resolve({ ok: true });
      else if (timedOut) fail(`${program} did not end within ${timeoutS} s`, 'Raise maintenance.installTimeoutS.');
      else if (status === EX_DATAERR)
        fail(`${program} says that the file is not for this charge point`, lastLine(output), true);
      else fail(`${program} ended with ${signal ?? `status ${status}`}`, lastLine(output));
    });
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

function lastLine(output: string): string {
  const line = output.trim().split('\n').at(-1) ?? '';
  return line === '' ? 'It said nothing; run it by hand.' : `It said: ${line.slice(0, 200)}`;
}
