import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalise, walk } from './archive.mjs';

/** @returns path of the archive; its SHA-256 stands beside it. */
export function buildTarball({ root, tree, work, out, version, epoch, fast }) {
  const name = `tapwatt-${version}-linux-${process.arch}`;
  const directory = join(work, name);
  mkdirSync(directory);
  cpSync(tree, join(directory, 'root'), { recursive: true, verbatimSymlinks: true });
  cpSync(join(root, 'scripts/install.sh'), join(directory, 'install.sh'));
  const layout = JSON.parse(readFileSync(join(root, 'systemd/layout.json'), 'utf8'));
  const conffiles = layout.files.filter(({ conffile }) => conffile).map(({ to }) => to);
  writeFileSync(join(directory, 'CONFFILES'), `${conffiles.join('\n')}\n`);
  writeFileSync(join(directory, 'VERSION'), `${version}\n`);
  const sums = walk(directory)
    .filter((file) => lstatSync(join(directory, file)).isFile())
    .map((file) => `${sha256(join(directory, file))}  ${file}`);
  writeFileSync(join(directory, 'SHA256SUMS'), `${sums.join('\n')}\n`);
  normalise(directory, epoch);
  const archive = join(out, `${name}.tar.gz`);
  const sorted = ['--sort=name', `--mtime=@${epoch}`, '--owner=0', '--group=0', '--numeric-owner', '--format=gnu'];
  const plain = join(work, `${name}.tar`);
  execFileSync('tar', [...sorted, '-C', work, '-cf', plain, name]);
  const packed = execFileSync('gzip', ['-n', fast ? '-1' : '-9', '-c', plain], { maxBuffer: 1 << 30 });
  writeFileSync(archive, packed);
  writeFileSync(`${archive}.sha256`, `${sha256(archive)}  ${name}.tar.gz\n`);
  return archive;
}

function sha256(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
