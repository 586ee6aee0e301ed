// Tap seen by the driver → CAN START on the bus, and the footprint of `tapwatt run` with two connectors.
//
// An observer outside of the process sees both ends: the Tap event on the control socket, and frame 0x200 on the
// socketcand hub of the simulated bus. The baseline is fdatasync on the same disk in the same run: a start may not be
// faster than its journal.
import { fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, CSMS_PROGRAM, freePort, TAPWATT_COMMAND, until, writeSimulation } from '../lib/local.mjs';
import { keepRunning } from '../lib/service-manager.mjs';

const CARD = 'BENCH-CARD';
const host = '127.0.0.1';

/** Median and p99 of milliseconds. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
  return { median: at(0.5), p99: at(0.99) };
}

function measureSync(directory, count = 200) {
  const file = openSync(join(directory, 'fdatasync'), 'w');
  const page = Buffer.alloc(4096, 1);
  return spread(
    Array.from({ length: count }, () => {
      const from = performance.now();
      writeSync(file, page);
      fdatasyncSync(file);
      return performance.now() - from;
    }),
  );
}

/** Calls `onLine` for every line of a stream with the time of its arrival. */
function follow(stream, onLine) {
  let rest = '';
  stream.on('data', (chunk) => {
    const now = performance.now();
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line, now);
  });
}

/** Resident memory in MB and CPU seconds of a process, from /proc. */
function footprint(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return { rssMb: Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024, cpuS: (Number(stat[11]) + Number(stat[12])) / 100 };
}

export async function benchTap({ taps = 60, idleS = 20 } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-bench-'));
  const csmsPort = await freePort();
  const canPort = await freePort();
  const { configFile, controlSocket } = writeSimulation(join(directory, 'charge-point'), {
    csmsUrl: `ws://${host}:${csmsPort}/ocpp`,
    can: `{ kind: simulated, listen: { host: ${host}, port: ${canPort} } }`,
  });
  const ignore = () => {};
  const csms = keepRunning({
    name: 'csms-lite',
    command: [process.execPath, CSMS_PROGRAM, 'serve', '--port', String(csmsPort), '--data', join(directory, 'csms')],
    onLine: ignore,
  });
  const api = (method, path, body) => ask({ host, port: csmsPort }, method, `/api/v1${path}`, body);
  await until('csms-lite answers', () => api('GET', '/health'));
  await api('PUT', `/id-tags/${CARD}`, { status: 'Accepted' });
  const chargePoint = keepRunning({
    name: 'tapwatt',
    command: [...TAPWATT_COMMAND, 'run', '--config', configFile],
    onLine: ignore,
  });
  const control = (method, path, body) => ask({ socketPath: controlSocket }, method, path, body).then((a) => a.body);
  await until('boot accepted', async () => (await control('GET', '/state')).csms.registration === 'Accepted');

  let tappedAt = 0;
  let onStart = ignore;
  /** Watches events and the bus from outside. @returns what ends it: while idle nobody looks */
  const watch = async () => {
    const events = request({ socketPath: controlSocket, path: '/events' }, (stream) => {
      stream.on('error', ignore);
      follow(stream, (line, now) => {
        if (line.includes('"type":"Tap"')) tappedAt = now;
      });
    });
    events.on('error', ignore);
    events.end();
    const bus = connect({ host, port: canPort });
    bus.setNoDelay(true);
    bus.setEncoding('latin1');
    let joined = false;
    bus.on('data', (chunk) => {
      const now = performance.now();
      if (!joined) bus.write(chunk.includes('hi') ? '< open can0 >' : '< rawmode >');
      if (!joined && chunk.includes('ok')) joined = true;
      if (/< frame 200 /.test(chunk)) onStart(now);
    });
    await until('the bus is open', () => joined);
    return () => {
      events.destroy();
      bus.destroy();
    };
  };

  const status = async () => (await control('GET', '/state')).connectors[0].status;
  const once = async () => {
    await control('POST', '/plug-in', { connectorId: 1 });
    await until('Preparing', async () => (await status()) === 'Preparing');
    // Nobody holds a card to the reader in the moment of plugging in: what that made both programs write is on disk.
    await sleep(300);
    const started = new Promise((resolve) => {
      onStart = resolve;
    });
    await control('POST', '/tap', { idTag: CARD, connectorIds: [1] });
    const startedAt = await started;
    // The event may come a moment after the frame: both travel on their own.
    await sleep(20);
    const latency = startedAt - tappedAt;
    await control('POST', '/tap', { idTag: CARD, connectorIds: [1] });
    await until('Finishing', async () => (await status()) === 'Finishing');
    await control('POST', '/plug-out', { connectorId: 1 });
    await until('Available', async () => (await status()) === 'Available');
    return latency;
  };
  const series = async (count) => {
    const values = [];
    for (let i = 0; i < count; i += 1) values.push(await once());
    return spread(values);
  };
  const configure = async (key, value) => {
    const answer = await api('POST', '/charge-points/CP01/commands/change-configuration', { key, value });
    if (answer.body?.response?.status !== 'Accepted')
      throw new Error(`${key}=${value}: ${JSON.stringify(answer.body)}`);
  };

  /** A local list with so many entries, the card among them. Its version is its length. */
  const sendList = async (length) => {
    const others = Array.from({ length: length - 1 }, (_, n) => `TAG${String(n).padStart(17, '0')}`);
    const answer = await api('POST', '/charge-points/CP01/commands/send-local-list', {
      listVersion: length,
      updateType: 'Full',
      localAuthorizationList: [...others, CARD].map((idTag) => ({ idTag, status: 'Accepted' })),
    });
    if (answer.body?.response?.status !== 'Accepted')
      throw new Error(`a list of ${length}: ${JSON.stringify(answer.body)}`);
  };
  /** Short and long in turns, so that both meet the same machine. */
  const compareLists = async (rounds, count) => {
    const short = [];
    const long = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const [length, values] of [
        [10, short],
        [10_000, long],
      ]) {
        await sendList(length);
        await once();
        for (let i = 0; i < count; i += 1) values.push(await once());
      }
    }
    return { short: spread(short), long: spread(long) };
  };

  let unwatch = await watch();
  try {
    await configure('LocalPreAuthorize', 'true');
    await series(10); // fills the cache, warms the code; and these are the ten sessions before the footprint
    const resident = footprint(chargePoint.pid).rssMb;
    unwatch();
    // Just after work the engine still collects and compiles: that is not idling.
    await sleep(20_000);
    const fromCpu = footprint(chargePoint.pid).cpuS;
    await sleep(idleS * 1000);
    const idleCpu = ((footprint(chargePoint.pid).cpuS - fromCpu) / idleS) * 100;
    unwatch = await watch();
    const fsync = measureSync(directory);
    const cached = await series(taps);
    const lists = await compareLists(4, Math.ceil(taps / 4));
    await configure('LocalPreAuthorize', 'false');
    const online = await series(taps);
    return { fsync, cached, online, lists, resident, idleCpu };
  } finally {
    unwatch();
    await chargePoint.stop();
    await csms.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

if (process.argv[1]?.endsWith('bench/tap.mjs')) {
  console.log(JSON.stringify(await benchTap()));
  process.exit(0);
}
