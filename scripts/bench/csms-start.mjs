// From `npx csms-lite serve` on an installed package to the first accepted BootNotification, and the memory at that moment.
//
//   node scripts/bench/csms-start.mjs [--rounds 5] [--json]
//
// The package is the one that `npm run package` makes (npm pack, @tapwatt/ocpp bundled), unpacked into the node_modules of
// a new folder as npm would; its other dependencies are linked from this checkout, so that no network is needed. Started by
// the real npx, on a new data folder each round. What of firebase-admin is loaded is read from the running process.
// Needs a build (npm run build).
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packCsmsLite } from '../package/csms-lite.mjs';
import { openPoints } from './csms-load.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } },
});
const GOAL_MS = 2000;
const GOAL_MB = 120;

/** A folder with csms-lite installed. */
function installInto(work) {
  const archive = packCsmsLite({ root, work, out: work, version: '0.0.0-bench' });
  const app = join(work, 'app');
  const modules = join(app, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  writeFileSync(join(app, 'package.json'), '{"name":"app","private":true}');
  execFileSync('tar', ['-xzf', archive, '-C', modules]);
  execFileSync('mv', [join(modules, 'package'), join(modules, 'csms-lite')]);
  symlinkSync('../csms-lite/bin/csms-lite.js', join(modules, '.bin/csms-lite'));
  execFileSync('chmod', ['+x', join(modules, 'csms-lite/bin/csms-lite.js')]);
  writeFileSync(join(modules, '.bin/nothing'), '#!/usr/bin/env node\n', { mode: 0o755 });
  linkAll(join(root, 'node_modules'), modules);
  // Versions of its own that npm has put beside it.
  linkAll(join(root, 'csms-lite/node_modules'), join(modules, 'csms-lite/node_modules'));
  return app;
}

/** Links packages that are not there; scopes are folders of packages. */
function linkAll(from, to) {
  if (!existsSync(from)) return;
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (name.startsWith('.') || name === 'csms-lite' || name === '@tapwatt') continue;
    if (name.startsWith('@')) linkAll(join(from, name), join(to, name));
    else if (!existsSync(join(to, name))) symlinkSync(join(from, name), join(to, name));
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** The charge point that boots as soon as somebody listens. */
async function boot(port) {
  for (;;) {
    try {
      const [point] = await openPoints({ url: `ws://127.0.0.1:${port}/ocpp`, action: 'none', sockets: 1 });
      return point;
    } catch (error) {
      if (error.code !== 'ECONNREFUSED') throw error;
      await sleep(5);
    }
  }
}

/** The process of csms-lite below npx. */
function findServer(pid) {
  for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)) {
    const command = readFileSync(`/proc/${child}/cmdline`, 'utf8').split('\0');
    if (
      command.some((part) => part.endsWith('/csms-lite') || part.endsWith('csms-lite.js')) &&
      command[0].endsWith('node')
    )
      return Number(child);
    const below = findServer(child);
    if (below !== null) return below;
  }
  return null;
}

async function start(app, round, watch) {
  const port = await freePort();
  const loaded = join(app, `loaded-${round}`);
  const begin = performance.now();
  const npx = spawn(
    'npx',
    ['--no-install', 'csms-lite', 'serve', '--port', String(port), '--data', join(app, `data-${round}`)],
    {
      cwd: app,
      stdio: 'ignore',
      env: {
        ...process.env,
        ...(watch === null ? {} : { NODE_OPTIONS: `--require ${watch}`, LOADED_MODULES: loaded }),
      },
    },
  );
  const ended = once(npx, 'exit');
  const point = await boot(port);
  const bootMs = performance.now() - begin;
  const server = findServer(npx.pid);
  if (server === null) throw new Error('csms-lite was not found below npx');
  const residentMb = Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${server}/status`, 'utf8'))[1]) / 1024;
  point.socket.destroy();
  if (watch !== null) process.kill(server, 'SIGUSR2');
  const tries = watch === null ? 0 : 500;
  for (let n = 0; n < tries && !existsSync(loaded); n += 1) await sleep(20);
  process.kill(server, 'SIGTERM');
  await ended;
  return { bootMs, residentMb, modules: watch === null ? null : readFileSync(loaded, 'utf8').split('\n') };
}

/** What npx and Node take by themselves, in ms. */
function startNothing(app) {
  const begin = performance.now();
  execFileSync('npx', ['--no-install', 'nothing'], { cwd: app, stdio: 'ignore' });
  return performance.now() - begin;
}

/** Tells which CommonJS modules a process has loaded; firebase-admin consists of them. */
const WATCH = `const { writeFileSync, renameSync } = require('node:fs');
process.on('SIGUSR2', () => {
  writeFileSync(process.env.LOADED_MODULES + '.new', Object.keys(require.cache).join('\\n'));
  renameSync(process.env.LOADED_MODULES + '.new', process.env.LOADED_MODULES);
});`;

const work = mkdtempSync(join(tmpdir(), 'csms-start-'));
try {
  const app = installInto(work);
  const watch = join(work, 'watch.cjs');
  writeFileSync(watch, WATCH);
  const { modules } = await start(app, 'watched', watch);
  const rounds = [];
  const empty = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    rounds.push(await start(app, round, null));
    empty.push(startNothing(app));
  }
  const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
  const report = {
    machine: `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`,
    started: 'npx --no-install csms-lite serve, package from npm pack, dependencies linked',
    bootMs: median(rounds.map(({ bootMs }) => bootMs)),
    fastestMs: Math.min(...rounds.map(({ bootMs }) => bootMs)),
    emptyMs: median(empty),
    goalMs: GOAL_MS,
    residentMb: median(rounds.map(({ residentMb }) => residentMb)),
    goalMb: GOAL_MB,
    modulesLoaded: modules.length,
    firebaseModulesLoaded: modules.filter((path) => path.includes('/firebase')).length,
  };
  if (values.json) console.log(JSON.stringify(report));
  else console.log(report);
} finally {
  rmSync(work, { recursive: true, force: true });
}
