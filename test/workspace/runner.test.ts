import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Runs the real runner on made-up test files. */
function runOn(...sources: string[]): { status: number | null; output: string } {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-runner-'));
  try {
    mkdirSync(join(directory, 'test/dist'), { recursive: true });
    cpSync(join(root, 'scripts'), join(directory, 'scripts'), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
    writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
    for (const [n, source] of sources.entries()) {
      writeFileSync(join(directory, `test/sample-${n}.test.ts`), '');
      writeFileSync(join(directory, `test/dist/sample-${n}.test.js`), source);
    }
    const run = spawnSync(process.execPath, ['scripts/test.mjs'], {
      cwd: directory,
      encoding: 'utf8',
      env: { ...process.env, TEST_TIMEOUT_MS: '1500' },
    });
    return { status: run.status, output: run.stdout + run.stderr };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const head = "import { test } from 'uvu'; import * as assert from 'uvu/assert';\n";

test('a file that passes', () => {
  const run = runOn(`${head}test('one', () => assert.is(1, 1)); test.run();`);
  assert.is(run.status, 0, run.output);
  assert.match(run.output, '1 passed, 0 failed, 0 skipped');
});

test('a file that forgets test.run() fails', () => {
  const run = runOn(`${head}test('one', () => assert.is(1, 1));`);
  assert.is(run.status, 1);
  assert.match(run.output, 'ran no test');
});

test('a failing assertion fails', () => {
  const run = runOn(`${head}test('one', () => assert.is(1, 2)); test.run();`);
  assert.is(run.status, 1);
  assert.match(run.output, '0 passed, 1 failed');
});

const passing = `${head}test('one', () => assert.is(1, 1)); test.run();`;

test('a file that fails beside others and passes alone is told as flaky', () => {
  const once = `${head}import { existsSync, writeFileSync } from 'node:fs';
    test('one', () => { const was = existsSync('tried'); writeFileSync('tried', ''); assert.ok(was); }); test.run();`;
  const run = runOn(passing, once);
  assert.is(run.status, 0, run.output);
  assert.match(run.output, 'Flaky, passed when repeated alone:');
  assert.match(run.output, '2 passed, 0 failed');
});

test('a file that fails twice fails', () => {
  const run = runOn(passing, `${head}test('one', () => assert.is(1, 2)); test.run();`);
  assert.is(run.status, 1, run.output);
  assert.match(run.output, '1 passed, 1 failed');
});

test('a file that leaves a timer open fails', () => {
  const run = runOn(`${head}test('one', () => { setInterval(() => {}, 1000); }); test.run();`);
  assert.is(run.status, 1);
  assert.match(run.output, 'did not end within');
});

test('a test that never resolves fails', () => {
  const run = runOn(`${head}test('one', () => new Promise(() => {})); test.run();`);
  assert.is(run.status, 1, run.output);
});

test.run();
