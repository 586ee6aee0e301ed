import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../support/deadline.js';
import { exchange, freePort, startProgram } from '../support/programs.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const onLinux = process.platform === 'linux' ? test : test.skip;
const work = mkdtempSync(join(tmpdir(), 'tapwatt-npm-package-'));
/** csms-lite-V.tgz, made once. */
let made: string | null = null;
function archiveOf(): string {
  if (made !== null) return made;
  const script = join(root, 'scripts/package.mjs');
  execFileSync(process.execPath, [script, '--fast', '--out', work, '--only', 'csms-lite'], { encoding: 'utf8' });
  const [name = ''] = readdirSync(work).filter((file) => file.endsWith('.tgz'));
  made = join(work, name);
  return made;
}

onLinux('csms-lite as an npm package: the OCPP package is bundled, no sources, no development dependencies', () => {
  const archive = archiveOf();
  const list = execFileSync('tar', ['-tzf', archive], { encoding: 'utf8' }).trim().split('\n');
  for (const path of [
    'package/bin/csms-lite.js',
    'package/node_modules/@tapwatt/ocpp/dist/index.js',
    'package/LICENSE',
  ]) {
    assert.ok(list.includes(path), `${path} is missing`);
  }
  assert.not.ok(list.some((path) => /\.(ts|map|tsbuildinfo)$/.test(path)));
  const manifest = JSON.parse(
    execFileSync('tar', ['-xzOf', archive, 'package/package.json'], { encoding: 'utf8' }),
  ) as {
    dependencies: Record<string, string>;
    bundleDependencies: string[];
    devDependencies?: object;
  };
  assert.equal(manifest.bundleDependencies, ['@tapwatt/ocpp']);
  assert.ok('ocpp-rpc' in manifest.dependencies, 'what the bundled package needs is installed with it');
  assert.is(manifest.devDependencies, undefined);
});

onLinux('csms-lite starts from its npm package and nothing else: API, page, its program files', async () => {
  // What `npm install ./csms-lite-V.tgz` makes, without a registry: the package unpacked, its dependencies beside it.
  const place = join(work, 'npx/node_modules');
  mkdirSync(join(place, 'csms-lite'), { recursive: true });
  execFileSync('tar', ['-xzf', archiveOf(), '-C', join(place, 'csms-lite'), '--strip-components=1']);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!['csms-lite', 'tapwatt', '@tapwatt'].includes(name) && !name.startsWith('.'))
      symlinkSync(join(root, 'node_modules', name), join(place, name));
  }
  const manifest = JSON.parse(readFileSync(join(place, 'csms-lite/package.json'), 'utf8')) as {
    bin: Record<string, string>;
  };
  assert.equal(Object.keys(manifest.bin), ['csms-lite'], 'npx starts it by its name');
  const port = await freePort();
  const program = startProgram(join(place, 'csms-lite', manifest.bin['csms-lite'] ?? ''), [
    'serve',
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--data',
    join(work, 'npx-data'),
  ]);
  try {
    await eventually(
      () =>
        exchange({ port }, 'GET', '/api/v1/health').then(
          ({ status }) => status === 200,
          () => false,
        ),
      `it answers: ${program.output()}`,
      60_000,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${program.output()}`);
    });
    const page = await fetch(`http://127.0.0.1:${port}/`);
    assert.is(page.status, 200);
    const [, asset = ''] = /src="([^"]+\.js)"/.exec(await page.text()) ?? [];
    assert.is((await fetch(new URL(asset, `http://127.0.0.1:${port}/`))).status, 200, asset);
  } finally {
    await program.end('SIGTERM');
  }
});

test.after(() => rmSync(work, { recursive: true, force: true }));

test.run();
