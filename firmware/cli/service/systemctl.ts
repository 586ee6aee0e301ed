import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { CommandFailed, EXIT } from '../exitCodes.js';

/** Runs programs of the machine for `tapwatt service`; tests have their own. */
export interface Runner {
  /** systemd is the init system of this machine; sd_booted(3). */
  readonly hasSystemd: boolean;
  /** Output goes to standard error, so that standard output stays ours. @returns the status. */
  run(file: string, args: readonly string[]): number;
  /** @returns what it printed; null when it failed or is not there. */
  output(file: string, args: readonly string[]): string | null;
}

export const machineRunner: Runner = {
  hasSystemd: existsSync('/run/systemd/system'),
  run(file, args) {
    const { status, error } = spawnSync(file, args, { stdio: ['inherit', process.stderr.fd, 'inherit'] });
    if (error !== undefined) throw error;
    return status ?? 1;
  },
  output(file, args) {
    const { status, stdout, error } = spawnSync(file, args, { encoding: 'utf8' });
    return error === undefined && status === 0 ? stdout : null;
  },
};

/** What systemd says of the unit. */
export interface UnitState {
  loaded: boolean;
  enabled: boolean;
  active: string;
  result: string;
  restarts: number;
  pid: number;
  since: string;
  text: string;
}

const PROPERTIES = [
  'LoadState',
  'UnitFileState',
  'ActiveState',
  'Result',
  'NRestarts',
  'MainPID',
  'ActiveEnterTimestamp',
  'StatusText',
] as const;

/** @throws CommandFailed when there is none. */
export function requireSystemd({ hasSystemd }: Runner): void {
  if (!hasSystemd)
    throw new CommandFailed(
      EXIT.failed,
      'this machine does not run systemd',
      'run it in the foreground with tapwatt run; tapwatt status asks a charge point that runs',
    );
}

/** @throws CommandFailed when systemd does not answer. */
export function unitState(runner: Runner): UnitState {
  const answer = runner.output('systemctl', ['show', 'tapwatt.service', '-p', PROPERTIES.join(',')]);
  if (answer === null)
    throw new CommandFailed(EXIT.failed, 'systemctl show tapwatt.service failed', 'sudo systemctl status');
  const values = new Map(
    answer.split('\n').map((line): [string, string] => {
      const equals = line.indexOf('=');
      return [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );
  const value = (name: (typeof PROPERTIES)[number]): string => values.get(name) ?? '';
  return {
    loaded: value('LoadState') === 'loaded',
    enabled: value('UnitFileState') === 'enabled',
    active: value('ActiveState'),
    result: value('Result'),
    restarts: Number(value('NRestarts')),
    pid: Number(value('MainPID')),
    since: value('ActiveEnterTimestamp'),
    text: value('StatusText'),
  };
}
