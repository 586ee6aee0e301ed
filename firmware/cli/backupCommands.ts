import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { loadConfig } from '../config/load.js';
import type { Call } from './commands/spec.js';
import { requireConfigFile } from './configCommands.js';
import { CommandFailed, EXIT } from './exitCodes.js';
import { requireStopped } from './requireStopped.js';

const STOP_FIRST = 'sudo systemctl stop tapwatt, then again';

function tar(args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync('tar', args, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new CommandFailed(EXIT.failed, `tar: ${stderr.trim()}`);
  return stdout;
}

/**
 * `tapwatt backup FILE`: configuration, secrets and the state directory in one archive that only the owner can read.
 * The charge point must be stopped: files that are written meanwhile would not belong together.
 */
export async function backupCommand(call: Call): Promise<void> {
  const file = requireConfigFile(call.file);
  const { stateDirectory, controlSocket } = loadConfig({ file, environment: process.env }).config;
  const archive = resolve(call.text('file') ?? '');
  if (existsSync(archive) && !call.flag('force'))
    throw new CommandFailed(EXIT.failed, `${archive} is already there`, 'another name, or --force');
  if (!existsSync(stateDirectory))
    throw new CommandFailed(
      EXIT.failed,
      `${stateDirectory} is not there yet`,
      'there is nothing to keep before the first start',
    );
  await requireStopped(controlSocket, 'the charge point runs: its journal is being written', STOP_FIRST);
  const temporary = `${archive}.part`;
  tar(['-C', '/', '-czf', temporary, '--', ...[dirname(file), stateDirectory].map((path) => resolve(path).slice(1))]);
  chmodSync(temporary, 0o600);
  renameSync(temporary, archive);
  if (call.json) console.log(JSON.stringify({ archive, holds: [dirname(file), stateDirectory] }));
  else console.log(`${archive} has ${dirname(file)} and ${stateDirectory}. It holds passwords: keep it safe.`);
}

/** `tapwatt restore FILE`: puts the state directory of a backup back; the one that is there is kept beside it. */
export async function restoreCommand(call: Call): Promise<void> {
  const file = requireConfigFile(call.file);
  const { stateDirectory, controlSocket } = loadConfig({ file, environment: process.env }).config;
  const archive = resolve(call.text('file') ?? '');
  const inside = resolve(stateDirectory).slice(1);
  if (!existsSync(archive)) throw new CommandFailed(EXIT.failed, `there is no ${archive}`);
  const names = tar(['-tzf', archive]).split('\n');
  if (!names.some((name) => name.startsWith(`${inside}/`)))
    throw new CommandFailed(
      EXIT.failed,
      `${archive} has no ${stateDirectory}`,
      'it was made with another stateDirectory: tapwatt config set stateDirectory …',
    );
  await requireStopped(controlSocket, 'the charge point runs: its journal would be taken from under it', STOP_FIRST);
  let kept: string | null = null;
  const unpacked = mkdtempSync(join(dirname(stateDirectory), '.tapwatt-restore-'));
  try {
    tar(['-C', unpacked, '-xpzf', archive, '--', inside]);
    if (existsSync(stateDirectory) && readdirSync(stateDirectory).length > 0) {
      kept = `${stateDirectory}.before-${new Date().toISOString().replaceAll(/[-:]|\..*/g, '')}`;
      renameSync(stateDirectory, kept);
    } else rmSync(stateDirectory, { recursive: true, force: true });
    renameSync(join(unpacked, inside), stateDirectory);
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
  if (call.json) {
    console.log(JSON.stringify({ archive, restored: stateDirectory, kept }));
    return;
  }
  if (kept !== null) console.log(`What was there is kept: ${kept}`);
  console.log(
    `${stateDirectory} is that of ${archive}. Messages that were sent after the backup was made are sent again.`,
  );
  console.log(`The configuration in it was not touched: tar -xOzf ${archive} ${resolve(file).slice(1)}`);
}
