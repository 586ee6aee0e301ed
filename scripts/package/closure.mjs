import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Needed to compile addons, never to run them. */
const BUILD_ONLY = new Set(['node-gyp', 'prebuild-install', 'nan', 'node-addon-api']);

/** Where Node would find `name` from `directory`; null when it is not installed. */
function find(name, directory) {
  for (let at = directory; ; at = dirname(at)) {
    const candidate = join(at, 'node_modules', name);
    if (existsSync(candidate)) return candidate;
    if (dirname(at) === at) return null;
  }
}

/**
 * All packages that `entry` needs at run time, found as Node finds them.
 * @returns directories in order of path. @throws Error for a dependency that is not optional and not installed.
 */
export function productionClosure(entry) {
  const found = new Map();
  const visit = (directory) => {
    const real = realpathSync(directory);
    if (found.has(real)) return;
    const manifest = JSON.parse(readFileSync(join(real, 'package.json'), 'utf8'));
    found.set(real, { directory: real, name: manifest.name, version: manifest.version, license: manifest.license });
    const optional = Object.keys(manifest.optionalDependencies ?? {});
    for (const name of new Set([...Object.keys(manifest.dependencies ?? {}), ...optional])) {
      if (BUILD_ONLY.has(name)) continue;
      const next = find(name, real);
      if (next !== null) visit(next);
      else if (!optional.includes(name)) throw new Error(`${manifest.name} needs ${name}: run npm ci`);
    }
  };
  visit(entry);
  return [...found.values()].sort((a, b) => (a.directory < b.directory ? -1 : 1));
}
