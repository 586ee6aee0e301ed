// Bundles the dashboard's client into csms-lite/dist/web/assets: one script and one style sheet, named by their
// content, and manifest.json that says which they are; and the script of the drivers' page that `csms-lite hmi export`
// writes, with Firebase's web SDK in it, into csms-lite/dist/hmi/assets/hmi.js. Takes a fraction of a second.
//
//   node scripts/build-web.mjs           quiet
//   node scripts/build-web.mjs --sizes   prints the sizes, plain and gzip
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const client = join(root, 'csms-lite', 'web', 'client');
const assets = join(root, 'csms-lite', 'dist', 'web', 'assets');

const result = await build({
  absWorkingDir: root,
  entryPoints: { app: join(client, 'main.tsx') },
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022', 'chrome105', 'firefox110', 'safari16'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  outdir: assets,
  entryNames: '[name]-[hash]',
  metafile: true,
  write: false,
  legalComments: 'none',
  logLevel: 'warning',
  tsconfig: join(client, 'tsconfig.json'),
});

await mkdir(assets, { recursive: true });
const manifest = {};
for (const file of result.outputFiles) {
  const name = basename(file.path);
  manifest[name.endsWith('.css') ? 'style' : 'script'] = name;
  await writeFile(join(assets, name), file.contents);
  if (process.argv.includes('--sizes')) {
    const gzip = gzipSync(file.contents, { level: 9 }).length;
    console.log(`${name}  ${file.contents.length} B, gzip ${gzip} B`);
  }
}
if (manifest.script === undefined || manifest.style === undefined)
  throw new Error('esbuild gave no script or no style');

// The manifest is replaced in one step: a server that starts meanwhile sees the old pair or the new one.
const text = `${JSON.stringify(manifest)}\n`;
const path = join(assets, 'manifest.json');
if ((await readFile(path, 'utf8').catch(() => '')) !== text) {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
const current = new Set([manifest.script, manifest.style, 'manifest.json']);
for (const name of await readdir(assets)) {
  if (!current.has(name)) await rm(join(assets, name), { force: true });
}

// The exported page runs on drivers' phones, which may be some years old; its name never changes.
const hmi = await build({
  absWorkingDir: root,
  entryPoints: { hmi: join(root, 'csms-lite', 'hmi', 'client', 'main.ts') },
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2020',
  outdir: join(root, 'csms-lite', 'dist', 'hmi', 'assets'),
  legalComments: 'eof',
  metafile: true,
  logLevel: 'warning',
  tsconfig: join(root, 'csms-lite', 'hmi', 'client', 'tsconfig.json'),
});
if (process.argv.includes('--sizes')) {
  for (const name of Object.keys(hmi.metafile.outputs)) {
    const contents = await readFile(join(root, name));
    console.log(`${basename(name)}  ${contents.length} B, gzip ${gzipSync(contents, { level: 9 }).length} B`);
  }
}
