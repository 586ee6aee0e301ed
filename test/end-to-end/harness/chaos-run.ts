import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../support/deadline.js';
import { createRandom, type Random } from '../../support/random.js';
import { createFaultyLink, type FaultyLink } from './faulty-link.js';
import { type ChargePointProcess, type CsmsProcess, createChargePoint, createCsms } from './processes.js';

/**
 * One seeded run: both programs as real processes, one or two sessions, and faults at random instants: SIGKILL of the
 * charge point, SIGKILL of csms-lite, cuts of the link before a request left and after it arrived. At the end the
 * world is made whole again, and the two sides must agree with each other and with the simulated meter.
 */
export interface ChaosOutcome {
  seed: number;
  /** What was done when, for the report of a failing run. */
  story: string[];
  sessions: number;
  kills: number;
  cuts: number;
  /** Null when everything held. */
  problem: string | null;
}

const CARD = 'A1B2C3D4';
const CHARGE_POINT = 'CHAOS';
const CHECKPOINT_S = 2;
/** Three phases of 32 A at 230 V. */
const MAX_WH_PER_S = (3 * 32 * 230) / 3600;

interface Transaction {
  meterStart: number;
  meterStop: number | null;
}

interface World {
  random: Random;
  csms: CsmsProcess;
  chargePoint: ChargePointProcess;
  link: FaultyLink;
  story: string[];
  startedAtMs: number;
  kills: number;
  cuts: number;
  /** SIGKILLs of the charge point: each may cost at most one checkpoint interval of energy. */
  powerCuts: number;
}

export async function chaosRun(seed: number): Promise<ChaosOutcome> {
  const directory = mkdtempSync(join(tmpdir(), `tapwatt-chaos-${seed}-`));
  const random = createRandom(seed);
  const csms = await createCsms(join(directory, 'csms'));
  const link = await createFaultyLink(csms.port);
  const socketPath = join(directory, 'control.sock');
  const configFile = join(directory, 'config.yaml');
  mkdirSync(join(directory, 'state'));
  writeFileSync(configFile, configuration(link.port, join(directory, 'state'), socketPath));
  const chargePoint = createChargePoint(configFile, socketPath);
  const world: World = {
    random,
    csms,
    chargePoint,
    link,
    story: [],
    startedAtMs: Date.now(),
    kills: 0,
    cuts: 0,
    powerCuts: 0,
  };
  let sessions = 0;
  let problem: string | null = null;
  try {
    sessions = await play(world);
  } catch (error) {
    problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const tail = (text = ''): string => text.slice(-3000);
    world.story.push(`--- tapwatt printed:\n${tail(chargePoint.started?.output())}`);
    world.story.push(`--- csms-lite printed:\n${tail(csms.started?.output())}`);
  } finally {
    await chargePoint.started?.end('SIGKILL');
    await csms.started?.end('SIGKILL');
    await link.close();
    if (problem === null) rmSync(directory, { recursive: true, force: true });
    else world.story.push(`--- state kept in ${directory}`);
  }
  return { seed, story: world.story, sessions, kills: world.kills, cuts: world.cuts, problem };
}

function configuration(port: number, stateDirectory: string, controlSocket: string): string {
  return `version: 1
csms:
  url: ws://127.0.0.1:${port}/ocpp
  chargePointId: ${CHARGE_POINT}
  reconnect: { minimumS: 1, maximumS: 1, randomS: 0 }
  callTimeoutS: 3
reader: { kind: simulated }
can: { kind: simulated }
gpio: { backend: simulated }
connectors:
  - { id: 1, maximumCurrentA: 32, phases: 3 }
journal: { checkpointIntervalS: ${CHECKPOINT_S} }
ocpp:
  configuration:
    MeterValueSampleInterval: "1"
    TransactionMessageRetryInterval: "1"
stateDirectory: ${stateDirectory}
controlSocket: ${controlSocket}
`;
}

function tell(world: World, what: string): void {
  world.story.push(`${((Date.now() - world.startedAtMs) / 1000).toFixed(2).padStart(6)} s  ${what}`);
}

async function play(world: World): Promise<number> {
  const { csms, chargePoint, random } = world;
  await csms.start();
  await csms.send('PUT', `/api/v1/id-tags/${CARD}`, { status: 'Accepted' });
  await chargePoint.start();
  await connected(world);
  const initialWh = random.integer(0, 5_000_000);
  await chargePoint.post('/meter', { connectorId: 1, energyWh: initialWh });
  tell(world, `meter at ${initialWh} Wh`);
  const wanted = random.integer(1, 2);
  for (let n = 0; n < wanted; n += 1) await session(world);
  await heal(world);
  await verify(world, initialWh);
  return wanted;
}

async function session(world: World): Promise<void> {
  const { chargePoint, random } = world;
  // Faults fall anywhere between plug-in and the end of the stop.
  const length = random.integer(1500, 5000);
  const faults = Array.from({ length: random.integer(1, 3) }, () => random.integer(0, length + 1500)).sort(
    (a, b) => a - b,
  );
  const startedAt = Date.now();
  const troubles = (async () => {
    for (const atMs of faults) {
      await sleep(Math.max(0, startedAt + atMs - Date.now()));
      await trouble(world);
    }
  })();
  await act(world, 'plug-in', { connectorId: 1, currentA: 32, phases: 3 });
  await sleep(random.integer(0, 300));
  await act(world, 'tap', { idTag: CARD });
  await sleep(Math.max(0, startedAt + length - Date.now()));
  await act(world, 'tap', { idTag: CARD });
  await troubles;
  await sleep(random.integer(0, 500));
  // Whatever the faults did to the taps: the driver does not leave before the car stands still.
  await driverLeaves(world);
  await chargePoint.post('/plug-out', { connectorId: 1 });
  tell(world, 'plug-out');
}

/** A person at the charger: the process may be down at that moment, then nothing happens. */
async function act(world: World, what: 'plug-in' | 'tap', body: object): Promise<void> {
  const answer = await world.chargePoint.post(`/${what}`, body).catch(() => null);
  tell(world, `${what}: ${answer === null ? 'nobody there' : answer.status}`);
}

async function trouble(world: World): Promise<void> {
  const { random, link } = world;
  const kind = random.pick([
    'kill-tapwatt',
    'kill-tapwatt',
    'kill-csms',
    'cut',
    'swallow-requests',
    'swallow-answers',
    'unreachable',
  ] as const);
  tell(world, kind);
  switch (kind) {
    case 'kill-tapwatt':
      world.kills += 1;
      world.powerCuts += 1;
      await world.chargePoint.program().end('SIGKILL');
      await sleep(random.integer(0, 600));
      await world.chargePoint.start();
      tell(world, 'tapwatt is back');
      return;
    case 'kill-csms':
      world.kills += 1;
      await world.csms.program().end('SIGKILL');
      await sleep(random.integer(0, 1000));
      await world.csms.start();
      tell(world, 'csms-lite is back');
      return;
    case 'cut':
      world.cuts += 1;
      link.cut();
      return;
    case 'swallow-requests':
    case 'swallow-answers':
      world.cuts += 1;
      link.swallow(kind === 'swallow-requests' ? 'to-central-system' : 'to-charge-point');
      await sleep(random.integer(50, 1500));
      link.cut();
      return;
    case 'unreachable':
      world.cuts += 1;
      link.setReachable(false);
      link.cut();
      await sleep(random.integer(100, 2500));
      link.setReachable(true);
      return;
  }
}

interface State {
  csms: { connected: boolean; registration: string };
  queue: { pending: number; deadLetters: number };
  connectors: { connectorId: number; status: string; pluggedIn: boolean | null; transaction: object | null }[];
}

async function state(world: World): Promise<State> {
  return (await world.chargePoint.get('/state')).body as State;
}

async function connected(world: World): Promise<void> {
  await eventually(
    async () => {
      const { csms } = await state(world).catch(() => ({ csms: null }));
      return csms?.connected && csms.registration === 'Accepted';
    },
    'the charge point is accepted',
    120_000,
  );
}

/** Ends a session that a fault kept running, so that every session has an end. */
async function driverLeaves(world: World): Promise<void> {
  await eventually(async () => (await state(world)).connectors[0] !== undefined, 'the connector is there');
  for (let attempt = 0; attempt < 8; attempt += 1) {
    await sleep(700);
    const connector = (await state(world)).connectors[0];
    if (connector?.transaction === null) return;
    await act(world, 'tap', { idTag: CARD });
    await sleep(1500);
  }
  throw new Error('the session could not be ended by its card');
}

async function heal(world: World): Promise<void> {
  world.link.setReachable(true);
  world.link.swallow('none');
  tell(world, 'healed');
  await connected(world);
  await eventually(async () => (await state(world)).queue.pending === 0, 'the queue is empty', 120_000, 100);
}

async function transactionsOf(world: World): Promise<{ stored: Transaction[]; journaled: Transaction[] }> {
  const answer = await world.csms.get(`/api/v1/transactions?chargePointId=${CHARGE_POINT}&limit=100`);
  const stored = (answer.body as { items: { meterStart: number; meterStop?: number; status: string }[] }).items.map(
    (t) => {
      if (t.status !== 'completed') throw new Error(`csms-lite has an open session: ${JSON.stringify(t)}`);
      return { meterStart: t.meterStart, meterStop: t.meterStop ?? null };
    },
  );
  const own = await world.chargePoint.get('/transactions?limit=100');
  const rows = own.body as { meterStartWh: number; meterStopWh: number | null }[];
  const journaled = rows.map((t) => ({ meterStart: t.meterStartWh, meterStop: t.meterStopWh }));
  return { stored, journaled };
}

async function verify(world: World, initialWh: number): Promise<void> {
  const final = (await world.chargePoint.post('/meter', { connectorId: 1 })).body as { energyWh: number };
  const { queue } = await state(world);
  if (queue.deadLetters !== 0) throw new Error(`${queue.deadLetters} messages were given up`);
  const { stored, journaled } = await transactionsOf(world);
  const key = (t: Transaction): string => `${t.meterStart}→${t.meterStop}`;
  const both = `csms-lite: ${stored.map(key).sort().join(', ')}; charge point: ${journaled.map(key).sort().join(', ')}; meter: ${initialWh}→${final.energyWh}`;
  tell(world, both);
  if (stored.map(key).sort().join() !== journaled.map(key).sort().join())
    throw new Error(`the two sides differ: ${both}`);
  // The meter is the third witness: sessions tile its way, with no overlap, and gaps only where the power was cut.
  const inOrder = [...stored].sort((a, b) => a.meterStart - b.meterStart || (a.meterStop ?? 0) - (b.meterStop ?? 0));
  let registerWh = initialWh;
  let lostWh = 0;
  for (const t of inOrder) {
    if (t.meterStop === null || t.meterStop < t.meterStart) throw new Error(`meterStop is wrong: ${both}`);
    if (t.meterStart < registerWh) throw new Error(`sessions overlap on the meter: ${both}`);
    lostWh += t.meterStart - registerWh;
    registerWh = t.meterStop;
  }
  lostWh += final.energyWh - registerWh;
  // One checkpoint interval, and two seconds in which the dying process may have been late with it.
  const allowedWh = world.powerCuts * Math.ceil((CHECKPOINT_S + 2) * MAX_WH_PER_S);
  if (lostWh > allowedWh) throw new Error(`${lostWh} Wh flowed outside of any session, ${allowedWh} allowed: ${both}`);
}
