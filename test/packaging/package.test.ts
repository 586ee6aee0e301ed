import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const script = join(root, 'scripts/package.mjs');
const onDebian = spawnSync('dpkg-deb', ['--version']).status === 0 ? test : test.skip;
const onLinux = process.platform === 'linux' ? test : test.skip;

const work = mkdtempSync(join(tmpdir(), 'tapwatt-packages-'));
const build = (out: string, ...args: string[]): string =>
  execFileSync(process.execPath, [script, '--fast', '--out', join(work, out), ...args], {
    encoding: 'utf8',
    env: { ...process.env, SOURCE_DATE_EPOCH: '1700000000' },
  });
/** Staged once: a colleague's build between two of ours must not look like a difference. */
const tree = join(work, 'tree');
const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
const only = (directory: string, ending: string): string => {
  const [name] = readdirSync(join(work, directory)).filter((file) => file.endsWith(ending));
  if (name === undefined) throw new Error(`no *${ending} in ${directory}`);
  return join(work, directory, name);
};

onDebian('the Debian package: same bytes twice, at most 60 MB, nothing of the laptop in it, files of root', () => {
  const said = build('a', '--only', 'deb', '--tree', tree);
  build('b', '--only', 'deb', '--tree', tree);
  const deb = only('a', '.deb');
  assert.is(hash(deb), hash(only('b', '.deb')), 'reproducible');
  const megabytes = Number(/installed: ([\d.]+) MB/.exec(said)?.[1]);
  assert.ok(megabytes > 1 && megabytes <= 60, `${megabytes} MB`);
  const lines = execFileSync('dpkg-deb', ['-c', deb], { encoding: 'utf8', maxBuffer: 1 << 26 })
    .trim()
    .split('\n');
  for (const line of lines) assert.match(line, / root\/root /);
  const paths = lines.map((line) => line.split(/\s+/)[5] ?? '');
  for (const name of [
    'firebase-admin',
    'csms-lite',
    'fastify',
    'typescript',
    'uplot',
    'node-gyp',
    'prebuild-install',
  ]) {
    assert.not.ok(
      paths.some((path) => path.includes(`/${name}/`)),
      `${name} is in the package`,
    );
  }
  for (const path of [
    './usr/bin/tapwatt',
    './usr/lib/systemd/system/tapwatt.service',
    './usr/share/man/man1/tapwatt.1.gz',
    './usr/share/doc/tapwatt/copyright',
    './usr/lib/tapwatt/node_modules/better-sqlite3/build/Release/better_sqlite3.node',
  ]) {
    assert.ok(paths.includes(path), `${path} is missing`);
  }
  assert.not.ok(
    paths.some((path) => path === './etc/tapwatt/config.yaml'),
    'the configuration is written by init',
  );
  const field = (name: string): string => execFileSync('dpkg-deb', ['-f', deb, name], { encoding: 'utf8' }).trim();
  assert.is(field('Package'), 'tapwatt');
  assert.ok(Number(field('Installed-Size')) > 1000);
  const control = join(work, 'control');
  execFileSync('dpkg-deb', ['-e', deb, control]);
  assert.equal(readFileSync(join(control, 'conffiles'), 'utf8').trim().split('\n'), [
    '/etc/default/tapwatt',
    '/etc/default/tapwatt-can',
  ]);
  for (const name of ['preinst', 'postinst', 'prerm', 'postrm']) {
    assert.not.match(readFileSync(join(control, name), 'utf8'), /@[A-Z_]+@/, `${name} is filled in`);
  }
  const preinst = (version: string, env: NodeJS.ProcessEnv = {}) =>
    spawnSync(join(control, 'preinst'), ['upgrade', version], { encoding: 'utf8', env: { ...process.env, ...env } });
  assert.is(preinst('0.0.9').status, 0);
  const downgrade = preinst('99.0.0');
  assert.is(downgrade.status, 1);
  assert.match(downgrade.stderr, /older than 99\.0\.0[\s\S]*Nothing was changed/);
  assert.is(preinst('99.0.0', { TAPWATT_ALLOW_DOWNGRADE: '1' }).status, 0);
});

onLinux(
  'the tarball: install, again, a changed conffile, a damaged file, downgrade, uninstall; --dry-run touches nothing',
  () => {
    build('t', '--only', 'tarball', '--tree', tree);
    const archive = only('t', '.tar.gz');
    assert.is(readFileSync(`${archive}.sha256`, 'utf8').split(' ')[0], hash(archive));
    const unpack = (into: string, from: string): string => {
      execFileSync('sh', ['-c', `mkdir -p ${into} && tar -C ${into} --strip-components=1 -xzf ${from}`]);
      return join(into, 'install.sh');
    };
    const installer = unpack(join(work, 'unpacked'), archive);
    const target = join(work, 'target');
    const run = (file: string, ...args: string[]) => spawnSync(file, ['--root', target, ...args], { encoding: 'utf8' });

    const dry = run(installer, '--dry-run');
    assert.is(dry.status, 0, dry.stderr);
    assert.match(dry.stdout, /would: install .*usr\/lib\/tapwatt\/node-abi/);
    assert.not(existsSync(target));

    const first = run(installer);
    assert.is(first.status, 0, first.stderr);
    const program = join(target, 'usr/bin/tapwatt');
    assert.match(execFileSync(program, ['--version'], { encoding: 'utf8' }), /^\d+\.\d+\.\d+\n$/);

    const conffile = join(target, 'etc/default/tapwatt-can');
    appendFileSync(conffile, 'CAN_BITRATE=250000\n');
    const again = run(installer);
    assert.is(again.status, 0, again.stderr);
    assert.match(again.stdout, /differs and is kept/);
    assert.match(readFileSync(conffile, 'utf8'), /250000/);
    assert.not.match(readFileSync(`${conffile}.new`, 'utf8'), /250000/);
    const dryAgain = run(installer, '--dry-run');
    assert.not.match(dryAgain.stdout, /would: install .*usr\/lib/, 'idempotent');

    const version = (text: string): void => {
      writeFileSync(join(work, 'unpacked/VERSION'), text);
      const sums = join(work, 'unpacked/SHA256SUMS');
      const sum = hash(join(work, 'unpacked/VERSION'));
      writeFileSync(sums, readFileSync(sums, 'utf8').replace(/^[0-9a-f]+ {2}VERSION$/m, `${sum}  VERSION`));
    };
    version('0.0.1\n');
    const older = run(installer);
    assert.is(older.status, 1);
    assert.match(older.stderr, /is older and may not be able to read its journal. Nothing was changed/);

    writeFileSync(join(work, 'unpacked/root/usr/lib/tapwatt/node-abi'), '1\n');
    const damaged = run(installer);
    assert.is(damaged.status, 1);
    assert.match(damaged.stderr, /archive is damaged/);

    const gone = run(installer, '--uninstall');
    assert.is(gone.status, 0, gone.stderr);
    assert.not(existsSync(program));
    assert.not(existsSync(join(target, 'usr/lib/tapwatt')));
    assert.ok(existsSync(conffile), 'what people wrote stays');
  },
);

test.after(() => rmSync(work, { recursive: true, force: true }));

test.run();
