// Messages per second that csms-lite answers, beside a bare ocpp-rpc server (strict mode) that stores nothing.
//
//   node scripts/bench/csms-throughput.mjs [--action MeterValues|Heartbeat] [--sockets 200] [--samples 3] [--json]
//                                          [--seconds 2] [--warm-up 1] [--rounds 2] [--rate 0] [--directory <for the database>]
//
// Servers and load run in processes of their own, on 127.0.0.1. Without a rate every socket has one message outstanding,
// as a charge point has, and the two servers are measured in turn, so that a busy machine troubles both; what counts is
// the better round of each. With a rate, only csms-lite is measured: how long answers take at that many messages a second.
// Every answered MeterValues is looked for on disk afterwards. Needs a build (npx tsc -b).
import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { load } from './csms-load.mjs';

const here = fileURLToPath(import.meta.url);
const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);
const { values: given } = parseArgs({
  options: {
    role: { type: 'string' },
    url: { type: 'string' },
    file: { type: 'string' },
    action: { type: 'string', default: 'MeterValues' },
    sockets: { type: 'string', default: '200' },
    samples: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '2' },
    'warm-up': { type: 'string', default: '1' },
    rounds: { type: 'string', default: '2' },
    rate: { type: 'string', default: '0' },
    directory: { type: 'string', default: tmpdir() },
    json: { type: 'boolean', default: false },
  },
});
const options = {
  url: given.url,
  action: given.action,
  sockets: Number(given.sockets),
  samples: Number(given.samples),
  seconds: Number(given.seconds),
  warmUp: Number(given['warm-up']),
  rounds: Number(given.rounds),
  rate: Number(given.rate),
};

/** ocpp-rpc as its README shows it: strict mode, answers, stores nothing. */
async function bareServer() {
  const { RPCServer } = require('ocpp-rpc');
  const server = new RPCServer({ protocols: ['ocpp1.6'], strictMode: true });
  const answers = {
    BootNotification: () => ({ status: 'Accepted', currentTime: new Date().toISOString(), interval: 300 }),
    StartTransaction: () => ({ idTagInfo: { status: 'Accepted' }, transactionId: 1 }),
    Heartbeat: () => ({ currentTime: new Date().toISOString() }),
    MeterValues: () => ({}),
  };
  server.on('client', (client) => client.handle(({ method }) => answers[method]()));
  const http = await server.listen(0, '127.0.0.1');
  serveQuestions();
  process.send({ url: `ws://127.0.0.1:${http.address().port}` });
}

async function csmsServer() {
  const { openCsms } = await import(join(root, 'csms-lite/dist/core/csms.js'));
  const csms = await openCsms({ databaseFile: given.file, acceptUnknownStations: true });
  await csms.tags.put('BENCH', {}, 'bench');
  const http = createServer();
  http.on('upgrade', csms.handleUpgrade);
  // What is really on disk: a connection of its own.
  serveQuestions(() => {
    const Database = require('better-sqlite3');
    const db = new Database(given.file.replace('.sqlite', '.telemetry.sqlite'), { readonly: true });
    const { rows } = db.prepare('select count(*) as rows from meter_reading').get();
    db.close();
    return rows;
  });
  http.listen(0, '127.0.0.1', () => process.send({ url: `ws://127.0.0.1:${http.address().port}/ocpp` }));
}

/** `cpu`: processor time of this process, all threads; steadier than messages per second on a busy machine. */
function serveQuestions(countRows = () => null) {
  process.on('message', (message) => {
    const { user, system } = process.cpuUsage();
    if (message === 'cpu') process.send({ cpuUs: user + system, residentMb: process.memoryUsage.rss() / 1e6 });
    if (message === 'count') process.send({ rows: countRows() });
  });
}

function start(role, more = []) {
  const pass = ['action', 'sockets', 'samples', 'seconds', 'warm-up', 'rate'].flatMap((name) => [
    `--${name}`,
    given[name],
  ]);
  return fork(here, ['--role', role, ...pass, ...more]);
}

async function ask(server, what) {
  const answer = once(server, 'message');
  server.send(what);
  return (await answer)[0];
}

async function measure(kind) {
  const directory = mkdtempSync(join(given.directory, 'csms-bench-'));
  const server = start(kind, ['--file', join(directory, 'csms.sqlite')]);
  let generator = null;
  try {
    const [{ url }] = await once(server, 'message');
    generator = start('load', ['--url', url]);
    const messages = on(generator, 'message');
    await messages.next();
    const before = await ask(server, 'cpu');
    await messages.next();
    const after = await ask(server, 'cpu');
    const [result] = (await messages.next()).value;
    result.cpuUs = (after.cpuUs - before.cpuUs) / result.answered;
    result.residentMb = after.residentMb;
    if (kind === 'csms' && options.action === 'MeterValues') {
      const { rows } = await ask(server, 'count');
      const expected = result.total * options.samples;
      if (rows !== expected) throw new Error(`answered ${expected} samples, but ${rows} are on disk`);
    }
    return result;
  } finally {
    generator?.disconnect();
    server.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
}

async function main() {
  const machine = `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`;
  const { action, sockets, rate } = options;
  if (rate > 0) {
    const one = await measure('csms');
    const { p50Ms, p99Ms, maxMs, answered, residentMb } = one;
    const report = { machine, action, sockets, rate, answered, p50Ms, p99Ms, maxMs, residentMb, goalMs: 100 };
    if (given.json) console.log(JSON.stringify(report));
    else console.log(report);
    return;
  }
  const results = { bare: [], csms: [] };
  for (let round = 0; round < options.rounds; round += 1) {
    results.bare.push(await measure('bare'));
    results.csms.push(await measure('csms'));
  }
  const best = (list) => list.reduce((a, b) => (b.perSecond > a.perSecond ? b : a));
  const bare = best(results.bare);
  const csms = best(results.csms);
  const report = {
    machine,
    action,
    sockets,
    samplesPerMessage: options.samples,
    csmsPerSecond: Math.round(csms.perSecond),
    csmsP99Ms: Number(csms.p99Ms.toFixed(1)),
    barePerSecond: Math.round(bare.perSecond),
    bareP99Ms: Number(bare.p99Ms.toFixed(1)),
    csmsCpuUsPerMessage: Math.round(Math.min(...results.csms.map(({ cpuUs }) => cpuUs))),
    bareCpuUsPerMessage: Math.round(Math.min(...results.bare.map(({ cpuUs }) => cpuUs))),
    ratio: Number((csms.perSecond / bare.perSecond).toFixed(2)),
  };
  if (given.json) {
    console.log(JSON.stringify(report));
    return;
  }
  console.log(`${machine}; ${action}, ${sockets} sockets, better of ${options.rounds} rounds`);
  const line = (name, perSecond, p99, cpu) =>
    console.log(`  ${name.padEnd(38)} ${perSecond} /s   p99 ${p99} ms   ${cpu} µs of processor time each`);
  line('bare ocpp-rpc, strict, stores nothing', report.barePerSecond, report.bareP99Ms, report.bareCpuUsPerMessage);
  line('csms-lite', report.csmsPerSecond, report.csmsP99Ms, report.csmsCpuUsPerMessage);
  console.log(`  ratio ${report.ratio}; of processor time ${(bare.cpuUs / csms.cpuUs).toFixed(2)}`);
}

const roles = { bare: bareServer, csms: csmsServer, load: () => load(options, (report) => process.send(report)) };
await (roles[given.role] ?? main)();
