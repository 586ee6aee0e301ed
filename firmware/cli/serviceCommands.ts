import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CommandFailed, EXIT } from './exitCodes.js';
import { replaceFile } from './support/writeFile.js';

/** systemd/ beside the program: the one source of what is installed. */
const SOURCE = fileURLToPath(new URL('../../../systemd/', import.meta.url));

export const SERVICE_ACTIONS = ['start', 'stop', 'restart', 'status', 'install', 'uninstall'] as const;
export type ServiceAction = (typeof SERVICE_ACTIONS)[number];

function run(file: string, args: readonly string[]): number {
  const { status, error } = spawnSync(file, args, { stdio: 'inherit' });
  if (error !== undefined)
    throw new CommandFailed(
      EXIT.failed,
      `${file}: ${error.message}`,
      'this machine has no systemd: run it in the foreground with tapwatt run',
    );
  return status ?? 1;
}

/** `tapwatt service …`: systemctl for the unit; install and uninstall for a checkout (packages bring the unit). */
export function serviceCommand(action: ServiceAction): void {
  switch (action) {
    case 'status':
      process.exitCode = run('systemctl', ['status', '--no-pager', 'tapwatt.service']);
      return;
    case 'start':
    case 'stop':
    case 'restart': {
      const status = run('systemctl', [action, 'tapwatt.service']);
      if (status !== 0)
        throw new CommandFailed(
          EXIT.failed,
          `systemctl ${action} tapwatt ended with status ${status}`,
          'tapwatt logs says why; without root: sudo tapwatt service …',
        );
      return;
    }
    case 'install':
      install();
      return;
    case 'uninstall':
      run('systemctl', ['disable', '--now', 'tapwatt.service']);
      console.log('The service is off. A package is removed with: sudo apt remove tapwatt');
      return;
  }
}

function install(): void {
  if (process.getuid?.() !== 0)
    throw new CommandFailed(EXIT.permission, 'only root may install a service', 'sudo tapwatt service install');
  const layout = JSON.parse(readFileSync(`${SOURCE}layout.json`, 'utf8')) as {
    files: { from: string; to: string; mode?: string; conffile?: boolean }[];
  };
  for (const { from, to, mode, conffile } of layout.files) {
    if (conffile === true && existsSync(to)) continue;
    spawnSync('mkdir', ['-p', to.slice(0, to.lastIndexOf('/'))]);
    replaceFile(to, readFileSync(`${SOURCE}${from}`), Number.parseInt(mode ?? '644', 8));
    console.log(to);
  }
  if (!existsSync('/usr/bin/tapwatt')) {
    const program = fileURLToPath(new URL('../../bin/tapwatt.js', import.meta.url));
    spawnSync('ln', ['-s', program, '/usr/bin/tapwatt']);
    console.log(`/usr/bin/tapwatt → ${program}`);
  }
  run('systemd-sysusers', ['/usr/lib/sysusers.d/tapwatt.conf']);
  run('systemd-tmpfiles', ['--create', '/usr/lib/tmpfiles.d/tapwatt.conf']);
  run('systemctl', ['daemon-reload']);
  run('systemctl', ['enable', 'tapwatt.service']);
  console.log('Installed. It starts after: sudo tapwatt init && sudo tapwatt service start');
}

/** `tapwatt logs [-f] [-n N]`: the service's journal. */
export function logsCommand(options: { follow?: boolean; lines: string }): void {
  const args = [
    '-u',
    'tapwatt.service',
    '-o',
    'cat',
    '-n',
    options.lines,
    ...(options.follow === true ? ['-f'] : ['--no-pager']),
  ];
  process.exitCode = run('journalctl', args);
}
