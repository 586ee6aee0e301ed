// Memory of csms-lite per connected, idle charge point.
//
//   node scripts/bench/csms-idle.mjs [--sockets 10000] [--json]
//
// One server process, four processes of charge points; each has booted and then keeps quiet (it
// answers pings). Resident memory before the first and after the last, each after a garbage collection. Needs file
// descriptors: ulimit -n at least 1000 above the number of sockets. Needs a build (npx tsc -b).
import { execFileSync, fork } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openPoints } from './csms-load.mjs';

const here = fileURLToPath(import.meta.url);
const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    role: { type: 'string' },
    url: { type: 'string' },
    file: { type: 'string' },
    first: { type: 'string', default: '0' },
    sockets: { type: 'string', default: '10000' },
    json: { type: 'boolean', default: false },
  },
});
const sockets = Number(values.sockets);
const CLIENTS = 4;
/** Connected before the first measurement, so that code and caches are there. */
const FIRST = 100;
const GOAL_KB = 30;

async function serve() {
  const { openCsms } = await import(join(root, 'csms-lite/dist/core/csms.js'));
  const csms = await openCsms({ databaseFile: values.file, acceptUnknownStations: true });
  const http = createServer();
  http.on('upgrade', csms.handleUpgrade);
  process.on('message', async () => {
    // What is on its way to the disk is not the sockets'.
    await sleep(3000);
    for (let round = 0; round < 3; round += 1) {
      globalThis.gc();
      await sleep(100);
    }
    const { rss, heapUsed, external } = process.memoryUsage();
    process.send({ rss, heapUsed, external, connected: (await csms.figures()).connectedStations });
  });
  http.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
    process.send({ url: `ws://127.0.0.1:${http.address().port}/ocpp` }),
  );
}

async function connectAll() {
  await openPoints({ url: values.url, action: 'none', sockets, first: Number(values.first) });
  process.send('connected');
}

async function main() {
  const limit = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
  if (limit !== 'unlimited' && Number(limit) < sockets + 1000) {
    console.error(
      `ulimit -n is ${limit}: ${sockets} sockets need ${sockets + 1000}. Raise it: ulimit -n ${sockets + 1000}`,
    );
    process.exit(2);
  }
  const directory = mkdtempSync(join(tmpdir(), 'csms-idle-'));
  const children = [];
  const start = (role, more, execArgv = []) => {
    const child = fork(here, ['--role', role, ...more], { execArgv });
    children.push(child);
    return child;
  };
  try {
    const server = start('serve', ['--file', join(directory, 'csms.sqlite')], ['--expose-gc']);
    const heard = on(server, 'message');
    const next = async () => (await heard.next()).value[0];
    const { url } = await next();
    const connect = async (first, count) => {
      const client = start('connect', ['--url', url, '--first', String(first), '--sockets', String(count)]);
      await once(client, 'message');
    };
    const ask = () => {
      server.send('memory');
      return next();
    };
    await connect(0, FIRST);
    const before = await ask();
    const share = Math.ceil((sockets - FIRST) / CLIENTS);
    await Promise.all(
      Array.from({ length: CLIENTS }, (_, n) =>
        connect(FIRST + n * share, Math.min(share, sockets - FIRST - n * share)),
      ),
    );
    const after = await ask();
    if (after.connected !== sockets) throw new Error(`${after.connected} of ${sockets} are connected`);
    const perSocket = (name) => (after[name] - before[name]) / (sockets - FIRST) / 1000;
    const report = {
      machine: `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`,
      sockets,
      residentMb: after.rss / 1e6,
      kbPerSocket: perSocket('rss'),
      heapKbPerSocket: perSocket('heapUsed'),
      externalKbPerSocket: perSocket('external'),
      goalKb: GOAL_KB,
    };
    if (values.json) console.log(JSON.stringify(report));
    else console.log(report);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
}

await ({ serve, connect: connectAll }[values.role] ?? main)();
