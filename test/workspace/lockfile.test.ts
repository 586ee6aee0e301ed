import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = new URL('../../../', import.meta.url);
const read = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(fileURLToPath(new URL(name, root)), 'utf8'));

interface LockEntry {
  engines?: unknown;
  hasInstallScript?: boolean;
  resolved?: string;
  link?: boolean;
}

const packages = read('package-lock.json').packages as Record<string, LockEntry>;

test('npm on Node 20 does not skip socketcan (scripts/lock-socketcan.mjs was run)', () => {
  assert.ok(packages['node_modules/socketcan'], 'socketcan is not in the lockfile');
  assert.is(packages['node_modules/socketcan']?.engines, undefined, 'run: npm run lock:socketcan');
});

test('every dependency with an install script is named in allowScripts', () => {
  const allowed = read('package.json').allowScripts as Record<string, boolean>;
  const missing = Object.entries(packages)
    .filter(([, entry]) => entry.hasInstallScript)
    .map(([path]) => path.split('node_modules/').at(-1) ?? path)
    .filter((name) => name !== '' && allowed[name] === undefined);
  assert.equal(missing, []);
});

test('the lockfile names no private registry', () => {
  const odd = Object.values(packages).filter(
    (entry) => entry.resolved && !entry.link && !entry.resolved.startsWith('https://registry.npmjs.org/'),
  );
  assert.equal(odd, []);
});

test.run();
