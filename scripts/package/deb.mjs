import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalise, walk } from './archive.mjs';

const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64', arm: 'armhf' };
const SCRIPTS = ['preinst', 'postinst', 'prerm', 'postrm'];

/** @returns path of the .deb. */
export function buildDeb({ root, tree, work, out, version, epoch, fast }) {
  const architecture = ARCHITECTURES[process.arch] ?? process.arch;
  const package_ = join(work, 'deb');
  cpSync(tree, package_, { recursive: true, verbatimSymlinks: true });
  const debian = join(package_, 'DEBIAN');
  mkdirSync(debian);
  const source = join(root, 'scripts/package/debian');
  const paths = walk(tree);
  const kib = paths.reduce((sum, name) => sum + Math.ceil(lstatSync(join(tree, name)).size / 1024), 0);
  const fill = (text) =>
    text
      .replaceAll('@VERSION@', version)
      .replaceAll('@ARCHITECTURE@', architecture)
      .replaceAll('@INSTALLED_SIZE@', String(kib))
      .replaceAll('@NODE_MAJOR@', process.versions.node.split('.')[0])
      .replaceAll('@NODE_ABI@', process.versions.modules);
  for (const name of ['control', 'templates', ...SCRIPTS]) {
    writeFileSync(join(debian, name), fill(readFileSync(join(source, name), 'utf8')));
  }
  const layout = JSON.parse(readFileSync(join(root, 'systemd/layout.json'), 'utf8'));
  const conffiles = layout.files.filter(({ conffile }) => conffile).map(({ to }) => to);
  writeFileSync(join(debian, 'conffiles'), `${conffiles.join('\n')}\n`);
  const sums = paths
    .filter((name) => lstatSync(join(tree, name)).isFile() && !conffiles.includes(`/${name}`))
    .map(
      (name) =>
        `${createHash('md5')
          .update(readFileSync(join(tree, name)))
          .digest('hex')}  ${name}`,
    );
  writeFileSync(join(debian, 'md5sums'), `${sums.join('\n')}\n`);
  normalise(package_, epoch);
  for (const name of SCRIPTS) chmodSync(join(debian, name), 0o755);
  const deb = join(out, `tapwatt_${version}_${architecture}.deb`);
  execFileSync(
    'dpkg-deb',
    ['--root-owner-group', fast ? '-Zgzip' : '-Zxz', ...(fast ? ['-z1'] : []), '--build', package_, deb],
    {
      env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  return deb;
}
