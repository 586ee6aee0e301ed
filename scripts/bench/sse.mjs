// Do 200 open tabs and 1,000 events a second slow the answers to charge points?
//
//   node scripts/bench/sse.mjs [--tabs 200] [--events 1000] [--sockets 50] [--rounds 4] [--seconds 3] [--json]
//
// The real server in a process of its own. Charge points send MeterValues at a steady pace and measure how long each
// answer takes; in every other round the tabs are open (EventSource of Node, in two processes) and the events flow
// (transaction.metered of 500 sessions, published inside the server). Quiet and busy rounds take turns, so that a busy
// machine troubles both. The tabs stand for other machines: their processes yield to the server's, and
// where taskset is they have another core. Two figures: the median answer, busy over quiet, which is right on a machine
// that has nothing else to do; and the processor time that tabs and events cost the server, as a share of one core, which
// is right on any: at its limit the server answers slower by that share. Needs a build (npx tsc -b).
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { metered } from './sse-event.mjs';

const here = fileURLToPath(import.meta.url);
const root = fileURLToPath(new URL('../..', import.meta.url));
const { values: options } = parseArgs({
  options: {
    role: { type: 'string' },
    url: { type: 'string' },
    folder: { type: 'string' },
    tabs: { type: 'string', default: '200' },
    events: { type: 'string', default: '1000' },
    sockets: { type: 'string', default: '50' },
    pace: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
/** Share by which answers may be slower. */
const GOAL = 0.1;
const SESSIONS = 500;
const TAB_PROCESSES = 2;

async function serve() {
  const { startServer } = await import(join(root, 'csms-lite/dist/server/server.js'));
  const server = await startServer({ port: 0, dataDirectory: options.folder, logLevel: 'silent', openStations: true });
  await server.csms.tags.put('BENCH', {}, 'bench');
  let timer = null;
  let published = 0;
  const asked = {
    cpu: () => process.cpuUsage().user + process.cpuUsage().system,
    flow(perSecond) {
      clearInterval(timer);
      if (perSecond === 0) return published;
      const beganMs = performance.now();
      let done = 0;
      timer = setInterval(() => {
        for (const due = ((performance.now() - beganMs) / 1000) * perSecond; done < due; done += 1) {
          server.csms.events.publish(metered(published % SESSIONS, published));
          published += 1;
        }
      }, 5);
      return published;
    },
  };
  process.on('message', ({ what, value }) => process.send({ answer: asked[what](value) }));
  process.send({ answer: server.url });
}

/** Charge points that each send one MeterValues every `pace` ms. */
async function chargePoints() {
  const { WebSocket } = createRequire(import.meta.url)('ws');
  let latencies = [];
  await Promise.all(
    Array.from({ length: Number(options.sockets) }, async (_, number) => {
      const socket = new WebSocket(`${options.url.replace('http', 'ws')}/ocpp/SSE-${number}`, ['ocpp1.6'], {
        perMessageDeflate: false,
      });
      await once(socket, 'open');
      const call = async (id, action, payload) => {
        socket.send(JSON.stringify([2, id, action, payload]));
        const [data] = await once(socket, 'message');
        return JSON.parse(data)[2];
      };
      await call('boot', 'BootNotification', { chargePointVendor: 'B', chargePointModel: 'B' });
      const timestamp = new Date().toISOString();
      const { transactionId } = await call('start', 'StartTransaction', {
        connectorId: 1,
        idTag: 'BENCH',
        meterStart: 0,
        timestamp,
      });
      let sequence = 0;
      let sentAtMs = null;
      socket.on('message', () => {
        latencies.push(performance.now() - sentAtMs);
        sentAtMs = null;
      });
      await sleep((number / Number(options.sockets)) * Number(options.pace));
      setInterval(() => {
        if (sentAtMs !== null) return;
        sequence += 1;
        sentAtMs = performance.now();
        const sampledValue = [{ value: String(sequence), measurand: 'Energy.Active.Import.Register', unit: 'Wh' }];
        const meterValue = [{ timestamp: new Date().toISOString(), sampledValue }];
        socket.send(JSON.stringify([2, `m${sequence}`, 'MeterValues', { connectorId: 1, transactionId, meterValue }]));
      }, Number(options.pace));
    }),
  );
  process.on('message', () => {
    process.send({ answer: latencies });
    latencies = [];
  });
  process.send({ answer: 'ready' });
}

/** Open tabs: what they were sent, and whether the ids only grew. */
async function tabs() {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  let open = [];
  let received = 0;
  let wrong = 0;
  const types = [
    'transaction.started',
    'transaction.metered',
    'transaction.stopped',
    'station.updated',
    'connector.status',
  ];
  const openAll = async () => {
    received = 0;
    wrong = 0;
    await Promise.all(
      Array.from({ length: Number(options.tabs) / TAB_PROCESSES }, async () => {
        const source = new EventSource(`${options.url}/api/v1/events?types=${types.join()}`);
        open.push(source);
        let lastId = 0;
        for (const type of types)
          source.addEventListener(type, ({ lastEventId }) => {
            received += 1;
            if (Number(lastEventId) <= lastId) wrong += 1;
            lastId = Number(lastEventId);
          });
        await once(source, 'ready');
      }),
    );
  };
  process.on('message', async ({ what }) => {
    if (what === 'open') await openAll();
    else {
      for (const source of open) source.close();
      open = [];
    }
    process.send({ answer: { received, wrong } });
  });
  process.send({ answer: 'ready' });
}

async function start(role, more = {}, execArgv = []) {
  const args = Object.entries({ ...options, json: undefined, role, ...more })
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = fork(here, args, { execArgv });
  const [{ answer }] = await once(child, 'message');
  return {
    child,
    first: answer,
    async ask(what, value) {
      const reply = once(child, 'message');
      child.send({ what, value });
      return (await reply)[0].answer;
    },
  };
}

/** The tabs stand for other machines: where taskset is, the server has a core that they do not get. */
function pin(pid, core) {
  if (availableParallelism() < 2) return;
  try {
    execFileSync('taskset', ['-cp', String(core), String(pid)], { stdio: 'ignore' });
  } catch {
    // Not Linux: the tabs still yield by their priority.
  }
}

const percentile = (values, p) => values[Math.min(values.length - 1, Math.floor(values.length * p))];

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'csms-sse-'));
  const children = [];
  try {
    const server = await start('server', { folder });
    children.push(server.child);
    pin(server.child.pid, 0);
    const url = server.first;
    const load = await start('load', { url });
    children.push(load.child);
    pin(load.child.pid, 0);
    const browsers = [];
    for (let index = 0; index < TAB_PROCESSES; index += 1) {
      browsers.push(await start('tabs', { url }, ['--experimental-eventsource', '--no-warnings']));
      children.push(browsers[index].child);
      pin(browsers[index].child.pid, 1);
    }
    const seconds = Number(options.seconds);
    const result = { quiet: { latencies: [], cpuUs: 0 }, busy: { latencies: [], cpuUs: 0 } };
    let received = 0;
    let wrong = 0;
    let published = 0;
    for (let round = 0; round < Number(options.rounds) * 2; round += 1) {
      const isBusy = round % 2 === 1;
      let before = 0;
      if (isBusy) {
        await Promise.all(browsers.map((one) => one.ask('open')));
        before = await server.ask('flow', Number(options.events));
      }
      await sleep(500);
      await load.ask('take');
      const cpu = await server.ask('cpu');
      await sleep(seconds * 1000);
      const kind = isBusy ? result.busy : result.quiet;
      kind.latencies.push(...(await load.ask('take')));
      kind.cpuUs += (await server.ask('cpu')) - cpu;
      if (isBusy) {
        published += (await server.ask('flow', 0)) - before;
        await sleep(1500);
        for (const told of await Promise.all(browsers.map((one) => one.ask('close')))) {
          received += told.received;
          wrong += told.wrong;
        }
        await sleep(300);
      }
    }
    const facts = ({ latencies, cpuUs }) => {
      latencies.sort((a, b) => a - b);
      return {
        answers: latencies.length,
        medianMs: percentile(latencies, 0.5),
        p95Ms: percentile(latencies, 0.95),
        cpuPercent: cpuUs / 1e4 / (seconds * Number(options.rounds)),
      };
    };
    const quiet = facts(result.quiet);
    const busy = facts(result.busy);
    const measured = {
      tabs: Number(options.tabs),
      eventsPerSecond: Number(options.events),
      quiet,
      busy,
      published,
      receivedPerTab: received / Number(options.tabs),
      outOfOrder: wrong,
      slower: busy.medianMs / quiet.medianMs - 1,
      costOfACore: (busy.cpuPercent - quiet.cpuPercent) / 100,
      goal: GOAL,
    };
    if (wrong > 0) throw new Error(`${wrong} events came twice or out of order`);
    if (received === 0) throw new Error('the tabs were sent nothing');
    console.log(options.json ? JSON.stringify(measured) : measured);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

const roles = { server: serve, load: chargePoints, tabs };
await (roles[options.role] ?? main)();
