import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const NATIVE = ['i2c-bus', 'onoff', 'epoll', 'pigpio', 'socketcan', 'better-sqlite3'];
const HARDWARE = NATIVE.filter((name) => name !== 'better-sqlite3');

/** Package → what of ours it may import. Everything not named is forbidden. */
const ALLOWED: Record<string, readonly string[]> = {
  hal: [],
  ocpp: [],
  firmware: ['hal', 'ocpp'],
  'csms-lite': ['ocpp'],
};

const PACKAGE_NAMES: Record<string, string> = {
  '@tapwatt/hal': 'hal',
  '@tapwatt/ocpp': 'ocpp',
  tapwatt: 'firmware',
  'csms-lite': 'csms-lite',
};

function sources(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (['dist', 'node_modules', 'client', 'scripts', 'bin'].includes(entry.name)) return [];
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return sources(path);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

/** The import graph as esbuild sees it. `externalPackages`: stop at package names instead of following them. */
async function graph(entryPoints: string[], externalPackages: boolean): Promise<Metafile> {
  const result = await build({
    entryPoints,
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'unused',
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    ...(externalPackages ? { packages: 'external' as const } : { external: NATIVE }),
  });
  return result.metafile;
}

function packageOf(specifier: string): string | undefined {
  const name = specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : specifier.split('/')[0];
  return name === undefined ? undefined : PACKAGE_NAMES[name];
}

for (const [name, allowed] of Object.entries(ALLOWED)) {
  test(`${name} imports of ours only: ${allowed.join(', ') || 'nothing'}`, async () => {
    const meta = await graph(sources(join(root, name)), true);
    const inputs = Object.entries(meta.inputs);
    assert.ok(inputs.length > 0, 'the graph is empty');
    for (const [file, input] of inputs) {
      assert.ok(file.startsWith(`${name}/`), `${name} reaches ${file} by a relative path`);
      for (const imported of input.imports) {
        const target = imported.external ? packageOf(imported.path) : undefined;
        if (target === undefined) continue;
        assert.ok(target !== name, `${file} imports its own package by name (${imported.path})`);
        assert.ok(
          allowed.includes(target),
          `${file} imports ${imported.path}: ${name} may import ${allowed.join(', ') || 'nothing of ours'}`,
        );
      }
    }
  });
}

test('hardware addons are imported in hal/**/backends only, and only dynamically', async () => {
  const files = Object.keys(ALLOWED).flatMap((name) => sources(join(root, name)));
  const meta = await graph(files, true);
  for (const [file, input] of Object.entries(meta.inputs)) {
    for (const imported of input.imports) {
      if (!HARDWARE.includes(imported.path)) continue;
      assert.ok(file.startsWith('hal/') && file.split('/').includes('backends'), `${file} imports ${imported.path}`);
      assert.is(imported.kind, 'dynamic-import', `${file} imports ${imported.path} statically`);
    }
  }
});

/** Thread entry → native modules that it may reach. The connector threads run with --no-addons. */
const THREADS: Record<string, readonly string[]> = {
  'firmware/connector/worker.ts': [],
  'firmware/station/worker.ts': ['better-sqlite3'],
};

for (const [entry, natives] of Object.entries(THREADS)) {
  test(`the thread ${entry} reaches no native addon${natives.length > 0 ? ` but ${natives.join(', ')}` : ''}`, async () => {
    const meta = await graph([join(root, entry)], false);
    const reached = Object.entries(meta.inputs).flatMap(([file, input]) =>
      input.imports
        .filter((i) => NATIVE.includes(i.path))
        .map((i) => ({ file: relative('.', file).split(sep).join('/'), module: i.path })),
    );
    const forbidden = reached.filter((r) => !natives.includes(r.module));
    assert.equal(forbidden, []);
  });
}

test('better-sqlite3 is loaded in the station thread of the firmware and nowhere else there', async () => {
  const meta = await graph([join(root, 'firmware/cli/main.ts')], true);
  const users = Object.entries(meta.inputs).filter(([, input]) =>
    input.imports.some((i) => i.path === 'better-sqlite3'),
  );
  const outside = users.map(([file]) => file).filter((file) => !file.startsWith('firmware/station/'));
  assert.equal(outside, []);
});

test.run();
