import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installWorkspace } from './stage.mjs';

/**
 * csms-lite as an npm package that starts with `npx ./csms-lite-V.tgz`. `@tapwatt/ocpp` is not in a registry: it is
 * bundled, and what it needs is added to the dependencies.
 * @returns path of the package.
 */
export function packCsmsLite({ root, work, out, version }) {
  const directory = join(work, 'csms-lite');
  mkdirSync(directory);
  installWorkspace(join(root, 'csms-lite'), directory);
  installWorkspace(join(root, 'ocpp'), join(directory, 'node_modules/@tapwatt/ocpp'));
  const read = (path) => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const ocpp = read(join(root, 'ocpp'));
  const manifest = read(directory);
  const dependencies = { ...ocpp.dependencies, ...manifest.dependencies };
  const complete = { ...manifest, version, dependencies, bundleDependencies: ['@tapwatt/ocpp'] };
  writeFileSync(join(directory, 'package.json'), `${JSON.stringify(complete, null, 2)}\n`);
  copyFileSync(join(root, 'LICENSE'), join(directory, 'LICENSE'));
  writeFileSync(join(directory, 'README.md'), README);
  const answer = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work], {
    cwd: directory,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename, files }] = JSON.parse(answer);
  for (const needed of [
    'bin/csms-lite.js',
    'dist/cli/main.js',
    'dist/web/assets/manifest.json',
    'dist/hmi/assets/hmi.js',
    'node_modules/@tapwatt/ocpp/package.json',
  ]) {
    if (!files.some(({ path }) => path === needed))
      throw new Error(`csms-lite's package lacks ${needed}: npm run build`);
  }
  const archive = join(out, `csms-lite-${version}.tgz`);
  renameOver(join(work, filename), archive);
  return archive;
}

function renameOver(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    // Another file system.
    if (error.code !== 'EXDEV') throw error;
    copyFileSync(from, to);
  }
}

const README = `# csms-lite

A charging station management system that starts like a text editor: OCPP gateway, sessions, dashboard, one process, SQLite.

    npx csms-lite serve

Then open <http://127.0.0.1:8180/>; stations connect to \`ws://127.0.0.1:8180/ocpp/<their id>\`. \`npx csms-lite --help\` has the rest.
`;
