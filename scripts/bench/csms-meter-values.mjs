// MeterValues per second, stored durably by csms-lite, beside a bare ocpp-rpc server (strict mode) that stores nothing.
//
//   node scripts/bench/csms-meter-values.mjs [--sockets 200] [--seconds 2.5] [--samples 3] [--json]
//
// Servers and load run in processes of their own, on 127.0.0.1. Every socket has one message outstanding, as a charge
// point has. The two are measured in turn, twice, so that a busy machine troubles both. Needs a build (npx tsc -b).
import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = fileURLToPath(import.meta.url);
const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);
const { values: options } = parseArgs({
  options: {
    role: { type: 'string' },
    url: { type: 'string' },
    file: { type: 'string' },
    sockets: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '1.5' },
    samples: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});

const ANSWERS = {
  BootNotification: { status: 'Accepted', currentTime: '2026-01-01T00:00:00Z', interval: 300 },
  StartTransaction: { idTagInfo: { status: 'Accepted' }, transactionId: 1 },
  MeterValues: {},
};

/** ocpp-rpc as its README shows it: strict mode, answers, stores nothing. */
async function bareServer() {
  const { RPCServer } = require('ocpp-rpc');
  const server = new RPCServer({ protocols: ['ocpp1.6'], strictMode: true });
  server.on('client', (client) => client.handle(({ method }) => ANSWERS[method]));
  const http = await server.listen(0, '127.0.0.1');
  reportCpu();
  process.send({ url: `ws://127.0.0.1:${http.address().port}` });
}

/** Answers `cpu` with the processor time of this process: steadier than messages per second on a busy machine. */
function reportCpu() {
  process.on('message', (message) => {
    if (message === 'cpu') process.send({ cpuUs: process.cpuUsage().user + process.cpuUsage().system });
  });
}

async function csmsServer() {
  const { openCsms } = await import(join(root, 'csms-lite/dist/core/csms.js'));
  const csms = await openCsms({ databaseFile: options.file, acceptUnknownStations: true });
  await csms.tags.put('BENCH', {}, 'bench');
  reportCpu();
  const http = createServer();
  http.on('upgrade', csms.handleUpgrade);
  http.listen(0, '127.0.0.1', () => process.send({ url: `ws://127.0.0.1:${http.address().port}/ocpp` }));
  process.on('message', async (message) => {
    if (message !== 'count') return;
    // What is really on disk: every answered message's samples.
    const Database = require('better-sqlite3');
    const db = new Database(options.file.replace('.sqlite', '.telemetry.sqlite'), { readonly: true });
    const { rows } = db.prepare('select count(*) as rows from meter_reading').get();
    db.close();
    process.send({ rows });
  });
}

async function load() {
  const { WebSocket } = require('ws');
  const sockets = Number(options.sockets);
  const measurands = [
    ['Energy.Active.Import.Register', 'Wh'],
    ['Power.Active.Import', 'W'],
    ['Current.Import', 'A'],
    ['Voltage', 'V'],
    ['Temperature', 'Celsius'],
    ['SoC', 'Percent'],
  ];
  let answered = 0;
  let total = 0;
  const latencies = [];
  let measuring = false;
  let stopping = false;
  const idle = [];
  await Promise.all(
    Array.from({ length: sockets }, async (_, number) => {
      const identity = `BENCH-${number}`;
      const socket = new WebSocket(`${options.url}/${identity}`, ['ocpp1.6'], { perMessageDeflate: false });
      await once(socket, 'open');
      const call = async (id, action, payload) => {
        socket.send(JSON.stringify([2, id, action, payload]));
        const [data] = await once(socket, 'message');
        return JSON.parse(data)[2];
      };
      await call('boot', 'BootNotification', { chargePointVendor: 'B', chargePointModel: 'B' });
      const { transactionId } = await call('start', 'StartTransaction', {
        connectorId: 1,
        idTag: 'BENCH',
        meterStart: 0,
        timestamp: new Date().toISOString(),
      });
      let sequence = 0;
      let sentAt = 0;
      const next = () => {
        sequence += 1;
        sentAt = performance.now();
        const sampledValue = measurands.slice(0, Number(options.samples)).map(([measurand, unit]) => ({
          value: String(sequence),
          context: 'Sample.Periodic',
          measurand,
          unit,
        }));
        const payload = {
          connectorId: 1,
          transactionId,
          meterValue: [{ timestamp: new Date().toISOString(), sampledValue }],
        };
        socket.send(JSON.stringify([2, `m${sequence}`, 'MeterValues', payload]));
      };
      let done;
      idle.push(new Promise((resolve) => (done = resolve)));
      socket.on('message', (data) => {
        if (!String(data).startsWith('[3')) throw new Error(`unexpected ${data}`);
        total += 1;
        if (measuring) {
          answered += 1;
          latencies.push(performance.now() - sentAt);
        }
        if (stopping) {
          done();
          socket.terminate();
        } else next();
      });
      next();
    }),
  );
  await sleep(700);
  process.send({ phase: 'from' });
  measuring = true;
  const from = performance.now();
  await sleep(Number(options.seconds) * 1000);
  measuring = false;
  process.send({ phase: 'to' });
  const seconds = (performance.now() - from) / 1000;
  stopping = true;
  await Promise.all(idle);
  latencies.sort((a, b) => a - b);
  const percentile = (p) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * p))];
  process.send({ perSecond: answered / seconds, answered, p50Ms: percentile(0.5), p99Ms: percentile(0.99), total });
}

function start(role, more = []) {
  const { sockets, seconds, samples } = options;
  return fork(here, ['--role', role, '--sockets', sockets, '--seconds', seconds, '--samples', samples, ...more]);
}

async function ask(child_, what) {
  const answer = once(child_, 'message');
  child_.send(what);
  return (await answer)[0];
}

async function measure(kind) {
  const directory = mkdtempSync(join(tmpdir(), 'csms-bench-'));
  const server = { process: start(kind, ['--file', join(directory, 'csms.sqlite')]), message: null };
  try {
    [server.message] = await once(server.process, 'message');
    const generator = start('load', ['--url', server.message.url]);
    const messages = on(generator, 'message');
    await messages.next();
    const before = await ask(server.process, 'cpu');
    await messages.next();
    const after = await ask(server.process, 'cpu');
    const [result] = (await messages.next()).value;
    generator.disconnect();
    result.cpuUs = (after.cpuUs - before.cpuUs) / result.answered;
    if (kind === 'csms') {
      const { rows } = await ask(server.process, 'count');
      const expected = result.total * Number(options.samples);
      if (rows !== expected) throw new Error(`answered ${expected} samples, but ${rows} are on disk`);
    }
    return result;
  } finally {
    server.process.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
}

function best(results) {
  return results.reduce((a, b) => (b.perSecond > a.perSecond ? b : a));
}

async function main() {
  const results = { bare: [], csms: [] };
  for (let round = 0; round < 2; round += 1) {
    results.bare.push(await measure('bare'));
    results.csms.push(await measure('csms'));
  }
  const bare = best(results.bare);
  const csms = best(results.csms);
  const ratio = csms.perSecond / bare.perSecond;
  const report = {
    name: 'MeterValues stored durably per second',
    sockets: Number(options.sockets),
    samplesPerMessage: Number(options.samples),
    machine: `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`,
    csmsPerSecond: Math.round(csms.perSecond),
    csmsP99Ms: Number(csms.p99Ms.toFixed(1)),
    barePerSecond: Math.round(bare.perSecond),
    bareP99Ms: Number(bare.p99Ms.toFixed(1)),
    csmsCpuUsPerMessage: Math.round(csms.cpuUs),
    bareCpuUsPerMessage: Math.round(bare.cpuUs),
    ratio: Number(ratio.toFixed(2)),
    goal: 0.5,
  };
  if (options.json) console.log(JSON.stringify(report));
  else {
    console.log(
      `${report.machine}; ${report.sockets} sockets, ${report.samplesPerMessage} values a message, better of 2 runs`,
    );
    console.log(
      `  bare ocpp-rpc, strict, stores nothing  ${report.barePerSecond} /s   p99 ${report.bareP99Ms} ms   ${report.bareCpuUsPerMessage} µs of processor time each`,
    );
    console.log(
      `  csms-lite, on disk before the answer   ${report.csmsPerSecond} /s   p99 ${report.csmsP99Ms} ms   ${report.csmsCpuUsPerMessage} µs`,
    );
    console.log(`  ratio ${report.ratio} (goal ≥ ${report.goal})`);
  }
}

const roles = { bare: bareServer, csms: csmsServer, load };
await (roles[options.role] ?? main)();
