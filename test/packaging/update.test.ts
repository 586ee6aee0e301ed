// Updates from the central system: the unprivileged hook, the privileged helper, the clock. Real scripts, real dpkg-deb;
// dpkg itself is a script that writes down what it was asked.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../support/deadline.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const helper = join(root, 'systemd/update-package.mjs');
const hook = join(root, 'systemd/install-firmware');
const signer = join(root, 'scripts/package/sign-update.mjs');
const onDebian = spawnSync('dpkg-deb', ['--version']).status === 0 ? test : test.skip;
const onLinux = process.platform === 'linux' ? test : test.skip;

/** A machine with tapwatt 1.0 for this architecture, one key, and folders of its own. */
function machine() {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-update-'));
  const path = (name: string): string => join(directory, name);
  for (const name of ['spool', 'keys', 'run', 'bin']) mkdirSync(path(name));
  const script = (name: string, text: string): void => {
    writeFileSync(path(`bin/${name}`), `#!/bin/sh\n${text}\n`);
    chmodSync(path(`bin/${name}`), 0o755);
  };
  script(
    'dpkg',
    `case $1 in
--print-architecture) echo arm64 ;;
--compare-versions) exec dpkg "$@" ;;
*) echo "$@" >>${path('installed')}; [ ! -e ${path('broken')} ] ;;
esac`,
  );
  script('dpkg-query', "printf 'tapwatt\\t1.0\\n'");
  const env = {
    ...process.env,
    SPOOL: path('spool'),
    KEYS: path('keys'),
    CACHE: path('cache'),
    RESULTS: path('run'),
    DPKG: path('bin/dpkg'),
    DPKG_QUERY: path('bin/dpkg-query'),
  };
  const pair = (name: string): string => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const pem = (key: KeyObject, type: 'pkcs8' | 'spki'): string | Buffer => key.export({ type, format: 'pem' });
    writeFileSync(path(`${name}.pem`), pem(privateKey, 'pkcs8'));
    writeFileSync(path(`${name}-public.pem`), pem(publicKey, 'spki'));
    return path(`${name}.pem`);
  };
  const fleet = pair('fleet');
  const stranger = pair('stranger');
  writeFileSync(path('keys/fleet.pem'), readFileSync(path('fleet-public.pem')));
  const deb = (version: string, architecture = 'arm64', name = 'tapwatt'): string => {
    const folder = path(`deb-${version}-${architecture}-${name}`);
    mkdirSync(join(folder, 'DEBIAN'), { recursive: true });
    writeFileSync(
      join(folder, 'DEBIAN/control'),
      `Package: ${name}\nVersion: ${version}\nArchitecture: ${architecture}\nMaintainer: T <t@localhost>\nDescription: test\n`,
    );
    execFileSync('dpkg-deb', ['--build', folder, `${folder}.deb`], { stdio: 'ignore' });
    return `${folder}.deb`;
  };
  return {
    path,
    env,
    fleet,
    stranger,
    deb,
    update(file: string, key = fleet): string {
      const out = `${file}.update`;
      execFileSync(process.execPath, [signer, '--key', key, '--out', out, file], { stdio: 'ignore' });
      return out;
    },
    /** What the path unit does. */
    help: () => spawnSync(process.execPath, [helper], { env, encoding: 'utf8' }),
    /** Puts a file into the spool and gives the verdict. */
    verdict(file: string): string {
      writeFileSync(path('spool/1-2.update'), readFileSync(file));
      const { status, stderr } = spawnSync(process.execPath, [helper], { env, encoding: 'utf8' });
      assert.is(status, 0, stderr);
      assert.equal(readdirSync(path('spool')), [], 'nothing is left to start it again');
      return readFileSync(path('run/result'), 'utf8').trim();
    },
    installed: () => (existsSync(path('installed')) ? readFileSync(path('installed'), 'utf8') : ''),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

onDebian('a signed, newer package for this machine is installed from where only root can write', () => {
  const it = machine();
  try {
    assert.is(it.verdict(it.update(it.deb('1.1'))), '1-2 0 tapwatt 1.1 is installed');
    assert.match(it.installed(), new RegExp(`^--force-confold -i ${it.path('cache')}/tapwatt\\.deb\n$`));
    assert.is(statSync(it.path('cache')).mode & 0o777, 0o700);
  } finally {
    it.remove();
  }
});

onDebian('what is refused (65), and nothing is installed', () => {
  const it = machine();
  try {
    const good = it.deb('1.1');
    const damaged = it.update(good);
    appendFileSync(damaged, 'x');
    const short = it.path('short');
    writeFileSync(short, 'TAPWATT-UPDATE 1');
    const text = it.path('text');
    writeFileSync(text, 'hello\n');
    for (const [file, reason] of [
      [good, /it is no tapwatt update/],
      [short, /it is no tapwatt update/],
      [it.update(good, it.stranger), /no key of .* has signed it/],
      [damaged, /has signed it/],
      [it.update(text), /no Debian package/],
      [it.update(it.deb('1.1', 'armhf')), /it is for armhf, this is arm64/],
      [it.update(it.deb('1.1', 'arm64', 'other')), /it is the package other/],
      [it.update(it.deb('1.0')), /it is 1\.0, and 1\.0 is installed/],
      [it.update(it.deb('0.9')), /it is 0\.9, and 1\.0 is installed/],
    ] as const) {
      const verdict = it.verdict(file);
      assert.match(verdict, /^1-2 65 /, verdict);
      assert.match(verdict, reason);
    }
    rmSync(it.path('keys/fleet.pem'));
    assert.match(it.verdict(it.update(good)), /65 there is no key/);
    assert.is(it.installed(), '');
  } finally {
    it.remove();
  }
});

onDebian('a link in the spool is not followed; a package that dpkg refuses is a failure (1)', () => {
  const it = machine();
  try {
    const update = it.update(it.deb('1.1'));
    symlinkSync(update, it.path('spool/3-4.update'));
    assert.is(it.help().status, 0);
    assert.match(readFileSync(it.path('run/result'), 'utf8'), /^3-4 65 it is no plain file/);
    assert.ok(existsSync(update), 'only the link is gone');
    writeFileSync(it.path('broken'), '');
    assert.match(it.verdict(update), /^1-2 1 /);
  } finally {
    it.remove();
  }
});

onDebian(
  'the hook hands the file over, waits, and ends with the verdict; without a helper it says what to type',
  async () => {
    const it = machine();
    try {
      const file = it.update(it.deb('1.1'), it.stranger);
      const child = spawn(process.execPath, [hook, file, it.path('spool'), it.path('run')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.on('data', (chunk) => {
        said += String(chunk);
      });
      const ended = new Promise((resolve) => child.once('close', resolve));
      await eventually(() => readdirSync(it.path('spool')).some((name) => name.endsWith('.update')), 'handed over');
      assert.is(it.help().status, 0);
      assert.is(await ended, 65);
      assert.match(said, /has signed it/);

      const alone = spawnSync(process.execPath, [hook, file, it.path('spool'), it.path('run')], {
        encoding: 'utf8',
        env: { ...process.env, VERDICT_MS: '600' },
      });
      assert.is(alone.status, 1);
      assert.match(alone.stdout, /systemctl enable --now tapwatt-update\.path/);
      assert.equal(readdirSync(it.path('spool')), [], 'and takes it back');
    } finally {
      it.remove();
    }
  },
);

onLinux('set-clock: sets what is plausible and new, refuses the rest, leaves a clock that NTP has set alone', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-clock-'));
  try {
    const wanted = join(directory, 'clock-wanted');
    const uptime = Math.floor(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]));
    const run = (text: string, ntp = join(directory, 'no-ntp')) => {
      writeFileSync(wanted, text);
      // `date -s` would need the right to; what it would be given is what counts.
      return spawnSync(join(root, 'systemd/set-clock'), [wanted, 'echo would set', ntp], {
        encoding: 'utf8',
        env: { PATH: `${directory}:/usr/bin:/bin` },
      });
    };
    writeFileSync(join(directory, 'timedatectl'), '#!/bin/sh\necho no\n', { mode: 0o755 });
    const now = Math.floor(Date.now() / 1000);
    const good = run(`${now + 1000} ${uptime}\n`);
    assert.is(good.status, 0, good.stderr);
    const set = Number(/set to @(\d+)/.exec(good.stdout)?.[1]);
    assert.ok(set >= now + 1000 && set < now + 1300, good.stdout);
    for (const [text, reason] of [
      ['', /cannot be read|is no time/],
      ['soon 5\n', /is no time/],
      [`${now} ; reboot\n`, /is no time/],
      [`1000000000 ${uptime}\n`, /not plausible/],
      [`${now + 2_000_000_000} ${uptime}\n`, /not plausible|is no time/],
      [`${now} ${uptime + 500}\n`, /s old/],
    ] as const) {
      const { status, stderr } = run(text);
      assert.is(status, 1, text);
      assert.match(stderr, reason);
    }
    const ntp = join(directory, 'synchronized');
    writeFileSync(ntp, '');
    assert.match(run(`${now} ${uptime}\n`, ntp).stdout, /left alone/);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test.run();
