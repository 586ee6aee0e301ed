import { join } from 'node:path';
import { type Check, fault, ok, skipped, warning } from '../check.js';

const MB = 1_000_000;
const LITTLE_BYTES = 200 * MB;
const NOTHING_BYTES = 20 * MB;

export const storageChecks: readonly Check[] = [
  {
    id: 'disk-space',
    title: 'Space for the journal',
    run({ probes, config }) {
      if (config === null) return skipped('no configuration');
      const free = probes.freeBytes(config.stateDirectory);
      if (free === null) return skipped(`${config.stateDirectory} is not there yet`);
      const said = `${Math.floor(free / MB)} MB free on the disk of ${config.stateDirectory}`;
      const fix = 'sudo apt clean; sudo journalctl --vacuum-size=32M; then look with: sudo du -xh / | sort -h | tail';
      if (free < NOTHING_BYTES) return fault(said, fix);
      return free < LITTLE_BYTES ? warning(said, fix) : ok(said);
    },
  },
  {
    id: 'disk-writable',
    title: 'SD card writable',
    run({ probes, config }) {
      const mounts = probes.read('/proc/mounts');
      if (mounts === null || config === null) return skipped('not known');
      const entries = mounts
        .trim()
        .split('\n')
        .map((line) => line.split(' '))
        .map(([device = '', point = '', , options = '']) => ({ device, point, options: options.split(',') }))
        .filter(({ point }) => point === '/' || `${config.stateDirectory}/`.startsWith(`${point}/`));
      const entry = entries.sort((a, b) => b.point.length - a.point.length)[0];
      if (entry === undefined) return skipped('not known');
      if (!entry.options.includes('ro')) return ok(`${entry.point} is mounted writable`);
      return fault(
        `${entry.point} (${entry.device}) is read-only: a worn-out SD card, or the overlay file system`,
        'make a backup and replace the card; or sudo raspi-config nonint disable_overlayfs, then reboot',
      );
    },
  },
  {
    id: 'database',
    title: 'Journal',
    async run({ probes, config }) {
      if (config === null) return skipped('no configuration');
      const file = join(config.stateDirectory, 'journal.db');
      const refused = probes.refusal(file);
      if (refused === 'ENOENT') return skipped('there is none yet');
      if (refused !== null) return skipped(`may not be read by this user (${refused}): sudo tapwatt doctor`);
      const code = `const { default: Database } = await import('better-sqlite3');
const db = new Database(${JSON.stringify(file)}, { readonly: true });
console.log(JSON.stringify(db.pragma('quick_check', { simple: true })), db.pragma('user_version', { simple: true }));`;
      const { ok: opened, stdout, message } = await probes.inChild(code, 60_000);
      if (!opened)
        return fault(
          `cannot be read: ${message}`,
          'restart the service: it puts the damaged file aside and restores the last backup',
        );
      if (stdout.startsWith('"ok"')) return ok(`whole, schema ${stdout.trim().split(' ').at(-1)}`);
      return fault(
        `damaged: ${stdout.trim()}`,
        'restart the service: it puts the damaged file aside and restores the last backup',
      );
    },
  },
  {
    id: 'journald',
    title: 'Logs survive a reboot',
    async run({ probes }) {
      const answer = await probes.command('systemd-analyze', ['cat-config', 'systemd/journald.conf']);
      if (answer === null || answer.status !== 0) return skipped('systemd is not here');
      const storage = answer.stdout
        .split('\n')
        .map((line) => /^\s*Storage=(\w+)/.exec(line)?.[1])
        .findLast((value) => value !== undefined);
      const kept =
        storage === 'persistent' || ((storage ?? 'auto') === 'auto' && probes.list('/var/log').includes('journal'));
      if (kept) return ok('on disk');
      return warning(
        `no: they are kept in memory (Storage=${storage ?? 'auto'})`,
        'sudo install -D -m 644 /usr/share/tapwatt/templates/journald-persistent.conf /etc/systemd/journald.conf.d/60-tapwatt.conf && sudo systemctl restart systemd-journald',
        [
          'sh',
          '-c',
          'install -D -m 644 /usr/share/tapwatt/templates/journald-persistent.conf /etc/systemd/journald.conf.d/60-tapwatt.conf && systemctl restart systemd-journald',
        ],
      );
    },
  },
];
