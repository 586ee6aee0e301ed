// Takes socketcan's `engines` out of package-lock.json, after `npm install` has written the file.
//
// Why: socketcan 4.3.1 asks for Node >= 22.22, yet it is an N-API addon that builds and runs on Node 20
// (measured, see hal/README.md). npm silently skips an optional dependency whose engine does not fit, so
// on Node 20 the kernel CAN backend would be missing without a word. npm reads engines from the lockfile.
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));
const entry = lock.packages['node_modules/socketcan'];
if (!entry) throw new Error('package-lock.json has no socketcan: run npm install first');
if (entry.engines) {
  delete entry.engines;
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  console.log('package-lock.json: engines of socketcan removed; now run npm ci');
}
