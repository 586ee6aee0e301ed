// npm run package: what is installed, from this checkout, for the machine it runs on. No network.
//
//   node scripts/package.mjs [--out DIR] [--version V] [--only deb|tarball|csms-lite] [--fast] [--tree DIR]
//
//   --fast   compress little; for tests        --tree   keep the tree that is installed there, or take it from there
//
//   tapwatt_V_ARCH.deb              for Debian and Raspberry Pi OS
//   tapwatt-V-linux-ARCH.tar.gz     the same files with install.sh, for everything else
//   csms-lite-V.tgz                 npm package: npx ./csms-lite-V.tgz
//
// The same sources give the same bytes: names are sorted, times are SOURCE_DATE_EPOCH (else those of the last commit).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packCsmsLite } from './package/csms-lite.mjs';
import { buildDeb } from './package/deb.mjs';
import { checkStage, measure, stage } from './package/stage.mjs';
import { buildTarball } from './package/tarball.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(root, 'dist') },
    version: { type: 'string' },
    only: { type: 'string' },
    fast: { type: 'boolean', default: false },
    tree: { type: 'string' },
  },
});
if (process.platform !== 'linux') {
  console.error('Packages are built on Linux: the native addons in them are those of this machine.');
  process.exit(1);
}
const out = resolve(values.out);
mkdirSync(out, { recursive: true });
const version = values.version ?? JSON.parse(readFileSync(join(root, 'firmware/package.json'), 'utf8')).version;
const epoch = Number(
  process.env.SOURCE_DATE_EPOCH ?? execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }),
);
const wanted = (what) => values.only === undefined || values.only === what;
const size = (path) => `${(statSync(path).size / 1e6).toFixed(1)} MB  ${path}`;

const work = mkdtempSync(join(tmpdir(), 'tapwatt-package-'));
try {
  if (wanted('deb') || wanted('tarball')) {
    const tree = values.tree ?? join(work, 'tree');
    const staged = existsSync(tree) ? measure(tree) : await stage({ root, tree, version });
    checkStage(tree);
    const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
    console.log(
      `installed: ${megabytes(staged.bytes)} MB in ${staged.files} files, without Node (goal: at most 60 MB); native addons for Node ABI ${staged.abi}`,
    );
    for (const { name, bytes } of staged.largest) console.log(`  ${megabytes(bytes).padStart(5)} MB  ${name}`);
    const common = { root, tree, work, out, version, epoch, fast: values.fast };
    if (wanted('deb')) console.log(size(buildDeb(common)));
    if (wanted('tarball')) console.log(size(buildTarball(common)));
  }
  if (wanted('csms-lite')) console.log(size(packCsmsLite({ root, work, out, version })));
} finally {
  rmSync(work, { recursive: true, force: true });
}
