import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandFailed, EXIT } from '../exitCodes.js';
import { replaceFile } from '../support/writeFile.js';
import type { Runner } from './systemctl.js';

/** systemd/ beside the program: the one source of what is installed. */
const SOURCE = fileURLToPath(new URL('../../../../systemd/', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../../../bin/tapwatt.js', import.meta.url));
/** Where systemd looks for `node`, which the program's first line wants. */
const SERVICE_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const LINK = '/usr/bin/tapwatt';

interface Entry {
  from: string;
  to: string;
  mode?: string;
  conffile?: boolean;
}

export interface InstallPlace {
  runner: Runner;
  /** Files go below it; tests have a folder of their own. */
  root: string;
  program: string;
}

export const machinePlace = (runner: Runner): InstallPlace => ({ runner, root: '/', program: PROGRAM });

function layout(): Entry[] {
  const { files } = JSON.parse(readFileSync(join(SOURCE, 'layout.json'), 'utf8')) as { files: Entry[] };
  return files;
}

/** A package has its own files and its own way to remove them. */
function refuseInPackage({ runner }: InstallPlace, instead: string): void {
  const owner = runner.output('dpkg-query', ['-S', '/usr/lib/systemd/system/tapwatt.service']);
  if (owner !== null) throw new CommandFailed(EXIT.failed, 'the tapwatt package has installed the service', instead);
}

/**
 * Puts units, user and groups in place for a checkout. Conffiles that are there stay.
 * @returns paths that were written. @throws CommandFailed when the service could not run this program.
 */
export function installService(place: InstallPlace): string[] {
  refuseInPackage(place, 'sudo tapwatt service start');
  if (/^\/(home|root)\//.test(place.program))
    throw new CommandFailed(
      EXIT.failed,
      `the service could not read ${place.program}: it sees no home directories (ProtectHome)`,
      'move the checkout to /opt/tapwatt; or make the package: npm run package && sudo apt install ./dist/tapwatt_*.deb',
    );
  if (!SERVICE_PATH.some((folder) => existsSync(join(folder, 'node'))))
    throw new CommandFailed(
      EXIT.failed,
      `systemd finds no node in ${SERVICE_PATH.join(':')}`,
      `sudo ln -s ${process.execPath} /usr/local/bin/node`,
    );
  const written: string[] = [];
  for (const { from, to, mode, conffile } of layout()) {
    const target = join(place.root, to);
    if (conffile === true && existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true });
    replaceFile(target, readFileSync(join(SOURCE, from)), Number.parseInt(mode ?? '644', 8));
    written.push(to);
  }
  const link = join(place.root, LINK);
  if (!isThere(link)) {
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(place.program, link);
    written.push(LINK);
  }
  const { runner } = place;
  runner.run('systemd-sysusers', ['/usr/lib/sysusers.d/tapwatt.conf']);
  runner.run('systemd-tmpfiles', ['--create', '/usr/lib/tmpfiles.d/tapwatt.conf']);
  runner.run('systemctl', ['daemon-reload']);
  runner.run('systemctl', ['enable', 'tapwatt.service']);
  return written;
}

/** Takes away what installService put in place; configuration, conffiles and sessions stay. @returns paths. */
export function uninstallService(place: InstallPlace): string[] {
  refuseInPackage(place, 'sudo apt remove tapwatt (only not at boot: sudo systemctl disable --now tapwatt)');
  place.runner.run('systemctl', ['disable', '--now', 'tapwatt.service']);
  const removed: string[] = [];
  for (const { to, conffile } of layout()) {
    const target = join(place.root, to);
    if (conffile === true || !existsSync(target)) continue;
    rmSync(target);
    removed.push(to);
  }
  const link = join(place.root, LINK);
  if (isThere(link) && lstatSync(link).isSymbolicLink() && readlinkSync(link) === place.program) {
    rmSync(link);
    removed.push(LINK);
  }
  place.runner.run('systemctl', ['daemon-reload']);
  return removed;
}

/** Also true for a link that points nowhere. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
