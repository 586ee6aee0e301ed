import { type Random, seededRandom } from '../insights/random.js';
import { DEMO_CONNECTORS, type DemoConnector, HABITS, type Habit } from './network.js';

/** A session that never was. */
export interface DemoSession {
  stationId: string;
  connectorId: number;
  idTag: string;
  startedAtMs: number;
  stoppedAtMs: number;
  meterStartWh: number;
  energyWh: number;
  stopReason: string;
}

export interface DemoStatus {
  stationId: string;
  connectorId: number;
  status: string;
  errorCode: string;
  atMs: number;
}

export interface DemoPlan {
  fromMs: number;
  /** By start. */
  sessions: DemoSession[];
  /** By time. */
  statuses: DemoStatus[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The network is used more by the end than at the beginning. */
const GROWTH = 0.35;

interface Wish {
  habit: Habit;
  idTag: string;
  atMs: number;
}

interface Busy {
  connector: DemoConnector;
  freeFromMs: number;
  registerWh: number;
}

function between(random: Random, [from, to]: readonly [number, number]): number {
  return from + random() * (to - from);
}

/** Normal, by Box and Muller. */
function normal(random: Random, [middle, spread]: readonly [number, number]): number {
  return middle + spread * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Who comes when, by time. */
function wishes(random: Random, fromMs: number, nowMs: number): Wish[] {
  const all: Wish[] = [];
  for (const day = new Date(fromMs); day.getTime() < nowMs; day.setDate(day.getDate() + 1)) {
    const use = 1 - GROWTH + (GROWTH * (day.getTime() - fromMs)) / (nowMs - fromMs);
    for (const habit of HABITS)
      for (let driver = 1; driver <= habit.drivers; driver += 1) {
        if (random() >= (habit.chance[day.getDay()] ?? 0) * use) continue;
        const atMs = day.getTime() + Math.round(normal(random, habit.arrivalHour) * HOUR_MS);
        all.push({ habit, idTag: `${habit.idTagPrefix}${String(driver).padStart(2, '0')}`, atMs });
      }
  }
  return all.toSorted((a, b) => a.atMs - b.atMs);
}

function sessionOf(random: Random, { habit, idTag, atMs }: Wish, { connector, registerWh }: Busy): DemoSession {
  const { stationId, connectorId } = connector;
  const common = { stationId, connectorId, idTag, startedAtMs: atMs, meterStartWh: registerWh };
  if (random() < connector.emptyShare) {
    const stoppedAtMs = atMs + Math.round(between(random, [1, 6]) * MINUTE_MS);
    return { ...common, stoppedAtMs, energyWh: Math.floor(random() * 40), stopReason: 'Other' };
  }
  const hours = between(random, habit.stayHours);
  const powerW = Math.min(connector.maxPowerW, between(random, habit.carPowerW));
  return {
    ...common,
    stoppedAtMs: atMs + Math.round(hours * HOUR_MS),
    energyWh: Math.round(Math.min(between(random, habit.needWh), powerW * hours)),
    stopReason: random() < 0.15 ? 'EVDisconnected' : 'Local',
  };
}

/** What the connector would have said of a session. */
function statusesOf(
  { stationId, connectorId, startedAtMs, stoppedAtMs }: DemoSession,
  freeFromMs: number,
): DemoStatus[] {
  const at = (status: string, atMs: number): DemoStatus => ({
    stationId,
    connectorId,
    status,
    errorCode: 'NoError',
    atMs,
  });
  return [
    at('Preparing', startedAtMs - 20_000),
    at('Charging', startedAtMs),
    at('Finishing', stoppedAtMs),
    at('Available', freeFromMs),
  ];
}

/** Faults of one connector: a Poisson process, one to six hours each. */
function faultsOf(
  random: Random,
  connector: DemoConnector,
  fromMs: number,
  nowMs: number,
): { fromMs: number; toMs: number }[] {
  const faults: { fromMs: number; toMs: number }[] = [];
  const meanGapMs = (7 * DAY_MS) / connector.faultsPerWeek;
  let atMs = fromMs;
  for (;;) {
    atMs += -Math.log(1 - random()) * meanGapMs;
    if (atMs >= nowMs) return faults;
    const toMs = Math.round(atMs + between(random, [1, 6]) * HOUR_MS);
    faults.push({ fromMs: Math.round(atMs), toMs });
    atMs = toMs;
  }
}

/**
 * Sessions and statuses of the last `days` days. The same seed, days and time give the same plan. A connector has one
 * session at a time, none while it is faulted; who finds no free one goes away; everything is over by `nowMs`.
 */
export function planDemo({ seed, days, nowMs }: { seed: number; days: number; nowMs: number }): DemoPlan {
  const random = seededRandom(seed);
  const firstDay = new Date(nowMs - days * DAY_MS);
  firstDay.setHours(0, 0, 0, 0);
  const fromMs = firstDay.getTime();
  const statuses: DemoStatus[] = [];
  const sessions: DemoSession[] = [];
  const faults = new Map(DEMO_CONNECTORS.map((one) => [one, faultsOf(random, one, fromMs, nowMs)]));
  const connectors = DEMO_CONNECTORS.map((connector): Busy => ({ connector, freeFromMs: fromMs, registerWh: 0 }));
  for (const { connector } of connectors) {
    const { stationId, connectorId } = connector;
    statuses.push({ stationId, connectorId, status: 'Available', errorCode: 'NoError', atMs: fromMs });
  }
  for (const wish of wishes(random, fromMs, nowMs)) {
    const free = connectors.filter(
      ({ connector, freeFromMs }) => connector.place === wish.habit.place && freeFromMs < wish.atMs - MINUTE_MS,
    );
    const chosen = free[Math.floor(random() * free.length)];
    if (chosen === undefined) continue;
    const session = sessionOf(random, wish, chosen);
    const freeFromMs = session.stoppedAtMs + Math.round(between(random, [1, 15]) * MINUTE_MS);
    const meets = (faults.get(chosen.connector) ?? []).some(
      (fault) => fault.fromMs < freeFromMs && fault.toMs > session.startedAtMs - MINUTE_MS,
    );
    if (freeFromMs >= nowMs || meets) continue;
    chosen.freeFromMs = freeFromMs;
    chosen.registerWh += session.energyWh;
    sessions.push(session);
    statuses.push(...statusesOf(session, freeFromMs));
  }
  for (const [{ stationId, connectorId }, times] of faults)
    for (const fault of times) {
      statuses.push({ stationId, connectorId, status: 'Faulted', errorCode: 'GroundFailure', atMs: fault.fromMs });
      if (fault.toMs < nowMs)
        statuses.push({ stationId, connectorId, status: 'Available', errorCode: 'NoError', atMs: fault.toMs });
    }
  return { fromMs, sessions, statuses: statuses.toSorted((a, b) => a.atMs - b.atMs) };
}
