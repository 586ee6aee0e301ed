// Runs the compiled uvu test files, each in a process of its own.
//
//   node scripts/test.mjs [filter …]     files whose path contains every filter
//
// uvu reports success for a file that forgets `test.run()` and waits for ever for a leaked socket. This runner
// fails both: a file must report at least one executed test, and must end within its time.
//
// A file that failed beside others is run once more, alone: what passes then is reported as flaky with the output of
// its failure, and does not fail the run. A fault that depends on the machine's load is worth knowing, not worth
// hiding, and not worth refusing everything else for. With more than five failing files nothing is repeated.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printCertificationTable } from './lib/certification-table.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const distDirectory = join(root, 'test', 'dist');
const timeoutMs = Number(process.env.TEST_TIMEOUT_MS ?? 120_000);
const filters = process.argv.slice(2);
const mostRepeated = 5;

function testFiles(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return testFiles(path);
      return entry.name.endsWith('.test.js') ? [path] : [];
    })
    .sort();
}

/** A compiled file whose source is gone would be tested for ever: leave it out. */
function hasSource(path) {
  return existsSync(join(root, 'test', relative(distDirectory, path)).replace(/\.js$/, '.ts'));
}

function run(path) {
  // Of a file that is run twice only the last run's outcomes count.
  const ownOutcomes = mkdtempSync(join(outcomes, 'run-'));
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const child = spawn(process.execPath, ['--enable-source-maps', path], {
      cwd: root,
      env: { ...process.env, FORCE_COLOR: '0', NODE_ENV: 'test', CERTIFICATION_OUTCOMES: ownOutcomes },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      // The file's process group: its own children go with it.
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        child.kill('SIGKILL');
      }
    }, timeoutMs);
    child.on('close', (code) => {
      clearTimeout(timer);
      const count = (word) =>
        [...output.matchAll(new RegExp(`^\\s*${word}:\\s+(\\d+)`, 'gm'))].reduce((sum, m) => sum + Number(m[1]), 0);
      const total = count('Total');
      const passed = count('Passed');
      const skipped = count('Skipped');
      let problem = null;
      if (hung)
        problem = `did not end within ${timeoutMs / 1000} s (a timer or socket was left open, or a test never resolves)`;
      else if (code !== 0) problem = `exit status ${code}`;
      else if (total === 0) problem = 'ran no test (is test.run() missing?)';
      else if (passed + skipped < total) problem = `${total - passed - skipped} of ${total} failed`;
      resolve({
        path,
        ownOutcomes,
        total,
        passed,
        skipped,
        problem,
        output,
        seconds: (performance.now() - startedAt) / 1000,
      });
    });
  });
}

const allFiles = testFiles(distDirectory).filter(hasSource);
const files = allFiles.filter((path) => filters.every((filter) => relative(distDirectory, path).includes(filter)));
if (files.length === 0) {
  console.error(`No compiled test file matches ${JSON.stringify(filters)}. Build first: npx tsc -b`);
  process.exit(1);
}

// Certification cases write here what became of them; lib/certification-table.mjs makes the table.
const outcomes = mkdtempSync(join(tmpdir(), 'tapwatt-outcomes-'));
const first = [];
const waiting = [...files];

function print({ path, passed, total, seconds, problem, output }, note = '') {
  const name = relative(distDirectory, path).replace(/\.js$/, '');
  console.log(
    `${problem ? '✗' : '✓'} ${name}  ${passed}/${total}  ${seconds.toFixed(1)} s${problem ? `  ${problem}` : ''}${note}`,
  );
  if (problem) console.log(output.replace(/^/gm, '    '));
}

async function worker() {
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const result = await run(path);
    first.push(result);
    print(result);
  }
}
// One more than there are processors: many files mostly wait for what the specification lets take its time.
const workers = Number(process.env.TEST_WORKERS ?? Math.min(availableParallelism() + 1, 5));
await Promise.all(Array.from({ length: workers }, worker));

const results = [];
const flaky = [];
const failedFirst = first.filter((result) => result.problem).length;
for (const result of first) {
  if (!result.problem || failedFirst > mostRepeated || files.length === 1) {
    results.push(result);
    continue;
  }
  const again = await run(result.path);
  print(again, '  (again, alone)');
  results.push(again);
  if (!again.problem) flaky.push(result);
}
const kept = join(outcomes, 'kept');
mkdirSync(kept);
for (const { ownOutcomes } of results)
  for (const name of readdirSync(ownOutcomes))
    renameSync(join(ownOutcomes, name), join(kept, `${basename(ownOutcomes)}-${name}`));

const sum = (key) => results.reduce((total, result) => total + result[key], 0);
const broken = results.filter((result) => result.problem);
const failed = broken.reduce((n, r) => n + Math.max(1, r.total - r.passed - r.skipped), 0);
if (broken.length > 0)
  console.log(`\nFiles with problems:\n${broken.map((r) => `  ${relative(root, r.path)}: ${r.problem}`).join('\n')}`);
if (flaky.length > 0)
  console.log(
    `\nFlaky, passed when repeated alone:\n${flaky.map((r) => `  ${relative(root, r.path)}: ${r.problem}`).join('\n')}`,
  );
const certified = await printCertificationTable({ distDirectory, outcomes: kept, allFiles, files });
rmSync(outcomes, { recursive: true, force: true });
console.log(`\n${sum('passed')} passed, ${failed} failed, ${sum('skipped')} skipped`);
process.exit(broken.length > 0 || !certified ? 1 : 0);
