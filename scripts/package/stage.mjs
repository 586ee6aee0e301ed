import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { productionClosure } from './closure.mjs';

/** Folders of dependencies that are for their developers. */
const USELESS_FOLDERS = new Set([
  'test',
  'tests',
  '__tests__',
  'docs',
  'doc',
  'example',
  'examples',
  'samples',
  'benchmark',
  'benchmarks',
  'bench',
  'integration-test',
  'coverage',
  '.github',
  'node_modules',
  'deps',
  'native',
  'obj',
  'obj.target',
  '.deps',
]);
/** The others only at the top of a package: `yaml` has a dist/doc. */
const NEVER = new Set(['node_modules', 'obj', 'obj.target', '.deps']);
/** Source folders may be what runs (`main: src/index.js`): dropped only where compiled code or an addon stands beside. */
const DROPPED_PATHS = [
  /^better-sqlite3\/src\//,
  /^(i2c-bus|epoll|pigpio)\/src\//,
  /^socketcan\/(src|native)\//,
  /^(ajv|fast-uri)\/(lib|test|benchmark)\/.*\.ts$/,
  /^uri-js\/(src|tests)\//,
  /\/build\/Release\/(test_extension\.node|sqlite3\.a)$/,
  /^@peculiar\/.*\/build\/(es2015|types)\//,
  /^pino\/(?!.*\.js$|package\.json$)/,
  /\.min\.js$/,
];
const KEPT_EXTENSIONS = new Set(['.js', '.cjs', '.mjs', '.json', '.node']);
const LICENCES = /^(licen[cs]e|copying|notice)/i;

function* files(directory, skip = () => false) {
  for (const entry of readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (!skip(entry.name, path)) yield* files(path, skip);
    } else if (entry.isFile()) yield path;
  }
}

function install(from, to, mode = 0o644) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, mode);
}

function write(to, content, mode = 0o644) {
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, content);
  chmodSync(to, mode);
}

/** One of ours: compiled JavaScript whose source is still there, and its package.json without what is for developers. */
export function installWorkspace(from, to) {
  const dist = join(from, 'dist');
  if (!existsSync(dist)) throw new Error(`${from} is not built: npm run build`);
  for (const path of files(dist)) {
    const name = relative(dist, path);
    if (!['.js', '.json'].includes(extname(path)) || name === '.tsbuildinfo') continue;
    const source = join(from, name);
    const exists = ['.ts', '.tsx'].some((ending) => existsSync(source.replace(/\.js$/, ending)));
    const bundled = ['web', 'hmi'].some((folder) => name.startsWith(join(folder, 'assets') + sep));
    if (extname(path) === '.js' && !exists && !bundled) continue;
    install(path, join(to, 'dist', name));
  }
  const bin = join(from, 'bin');
  if (existsSync(bin)) for (const path of files(bin)) install(path, join(to, 'bin', basename(path)), 0o755);
  const {
    devDependencies: _dev,
    scripts: _scripts,
    ...manifest
  } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  write(join(to, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function installDependency(name, from, to) {
  const useless = (folder, path) => USELESS_FOLDERS.has(folder) && (dirname(path) === from || NEVER.has(folder));
  for (const path of files(from, useless)) {
    const inPackage = relative(from, path).split(sep).join('/');
    const file = basename(path);
    const licence = LICENCES.test(file) && !inPackage.includes('/');
    if (!licence && !KEPT_EXTENSIONS.has(extname(path))) continue;
    if (/(^tsconfig.*\.json$|^\.)/.test(file)) continue;
    if (DROPPED_PATHS.some((pattern) => pattern.test(`${name}/${inPackage}`))) continue;
    install(path, join(to, inPackage));
  }
}

/**
 * Puts the tree that is installed into `tree`, as it will stand under `/`: the program in /usr/lib/tapwatt in the
 * layout of the repository, units, documentation.
 */
export async function stage({ root, tree, version }) {
  const library = join(tree, 'usr/lib/tapwatt');
  const packages = productionClosure(join(root, 'firmware'));
  for (const { directory, name } of packages) {
    if (name === 'tapwatt') installWorkspace(directory, join(library, 'firmware'));
    else if (name.startsWith('@tapwatt/')) installWorkspace(directory, join(library, 'node_modules', name));
    else installDependency(name, directory, join(library, relative(root, directory)));
  }
  const manifest = join(library, 'firmware/package.json');
  const firmware = JSON.parse(readFileSync(manifest, 'utf8'));
  write(manifest, `${JSON.stringify({ ...firmware, version }, null, 2)}\n`);
  write(join(library, 'node-abi'), `${process.versions.modules}\n`);
  install(join(root, 'scripts/package/after-install'), join(library, 'bin/after-install'), 0o755);

  for (const path of files(join(root, 'config')))
    install(path, join(library, 'config', relative(join(root, 'config'), path)));
  const layout = JSON.parse(readFileSync(join(root, 'systemd/layout.json'), 'utf8'));
  for (const { from, to, mode } of layout.files) {
    install(join(root, 'systemd', from), join(tree, to), mode === undefined ? 0o644 : Number.parseInt(mode, 8));
    // `tapwatt service install` and `doctor` find them beside the program, too.
    install(
      join(root, 'systemd', from),
      join(library, 'systemd', from),
      mode === undefined ? 0o644 : Number.parseInt(mode, 8),
    );
  }
  install(join(root, 'systemd/layout.json'), join(library, 'systemd/layout.json'));

  mkdirSync(join(tree, 'usr/bin'), { recursive: true });
  symlinkSync('../lib/tapwatt/firmware/bin/tapwatt.js', join(tree, 'usr/bin/tapwatt'));
  documentation({ root, tree, packages });
  return measure(tree);
}

function documentation({ root, tree, packages }) {
  const doc = join(tree, 'usr/share/doc/tapwatt');
  install(join(root, 'LICENSE'), join(doc, 'copyright'));
  for (const path of files(join(root, 'docs'), (folder) => folder === 'images')) {
    if (path.endsWith('.md')) install(path, join(doc, basename(path)));
  }
  const others = packages.filter(({ name }) => name !== 'tapwatt' && !name.startsWith('@tapwatt/'));
  const lines = others.map(({ name, version, license }) => `${name} ${version}: ${license ?? 'see its folder'}`);
  write(join(doc, 'third-party.txt'), `${lines.sort().join('\n')}\n`);
  const tapwatt = join(tree, 'usr/lib/tapwatt/firmware/bin/tapwatt.js');
  const output = (...args) => execFileSync(process.execPath, [tapwatt, ...args], { encoding: 'utf8' });
  // Level 9 and no time stamp: the same bytes each time.
  write(join(tree, 'usr/share/man/man1/tapwatt.1.gz'), gzipSync(output('man'), { level: 9 }));
  write(join(tree, 'usr/share/bash-completion/completions/tapwatt'), output('completion', 'bash'));
  write(join(tree, 'usr/share/zsh/vendor-completions/_tapwatt'), output('completion', 'zsh'));
  write(join(tree, 'usr/share/fish/vendor_completions.d/tapwatt.fish'), output('completion', 'fish'));
}

/** Size of a staged tree, and what of it is largest. */
export function measure(tree) {
  let bytes = 0;
  let count = 0;
  const byPackage = new Map();
  for (const path of files(tree)) {
    const { size } = lstatSync(path);
    bytes += size;
    count += 1;
    const match = /usr\/lib\/tapwatt\/(?:node_modules\/((?:@[^/]+\/)?[^/]+)|([^/]+))/.exec(path);
    const name = match?.[1] ?? match?.[2] ?? 'other';
    byPackage.set(name, (byPackage.get(name) ?? 0) + size);
  }
  const largest = [...byPackage].map(([name, size]) => ({ name, bytes: size })).sort((a, b) => b.bytes - a.bytes);
  return { bytes, files: count, abi: process.versions.modules, largest: largest.slice(0, 6) };
}

const ADDONS = ['better-sqlite3', 'socketcan', 'i2c-bus', 'onoff', 'pigpio'];

/**
 * Runs what was staged: the program says its version, each native addon loads in a process of its own.
 * @throws Error naming what was pruned too far.
 */
export function checkStage(tree) {
  const library = join(tree, 'usr/lib/tapwatt');
  // TAPWATT_… of whoever builds would be configuration to the staged program.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TAPWATT_')));
  const run = (what, args) => {
    try {
      return execFileSync(process.execPath, args, {
        cwd: library,
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    } catch (error) {
      throw new Error(`the staged ${what} does not run:\n${error.stderr}`);
    }
  };
  run('program', ['firmware/bin/tapwatt.js', '--version']);
  run('configuration check', ['firmware/bin/tapwatt.js', 'config', 'validate', '--config', 'config/default.yaml']);
  for (const addon of ADDONS) {
    const code =
      addon === 'better-sqlite3'
        ? `new (require(${JSON.stringify(addon)}))(':memory:').exec('select 1')`
        : `require(${JSON.stringify(addon)})`;
    run(addon, ['-e', code]);
  }
  // Every module that the station thread and the supervisor reach, statically or not.
  for (const entry of ['supervisor/supervisor.js', 'station/station.js', 'station/chargePoint.js']) {
    run(entry, ['--input-type=module', '-e', `await import('./firmware/dist/${entry}')`]);
  }
}
