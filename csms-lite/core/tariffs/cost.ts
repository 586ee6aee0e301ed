import { divideRounded, microsPerMinor } from './money.js';

/** Prices as they are frozen into a session. Micros are millionths of the major unit of `currency`. */
export interface TariffSnapshot {
  tariffId: number;
  version: number;
  name: string;
  currency: string;
  perKwhMicros: number;
  /** While the car may charge: the session without its idle time (OCPI 2.2.1 §11.4.5 TIME). */
  perMinuteMicros: number;
  perSessionMicros: number;
  /** Connected after charging has ended (OCPI PARKING_TIME). */
  perIdleMinuteMicros: number;
  /** Idle minutes that cost nothing. */
  idleGraceMinutes: number;
  /** Hundredths of a percent: 19 % is 1900. */
  taxBasisPoints: number;
  /** True: the prices contain the tax. False: it is added to them. */
  pricesIncludeTax: boolean;
  /** Reserved in the wallet while a session runs. */
  holdMinor: number;
}

/** What a session used. */
export interface Usage {
  energyWh: number;
  /** Start to stop. */
  durationMs: number;
  /** Part of it, or after it, in which nothing charged though the car was connected. */
  idleMs: number;
  /** How much of `idleMs` lies within `durationMs`. */
  idleWithinMs: number;
}

export type CostKind = 'energy' | 'time' | 'session' | 'idle';

export interface CostLine {
  kind: CostKind;
  /** Wh, ms, 1, ms. */
  quantity: number;
  priceMicros: number;
  amountMinor: number;
}

export interface Cost {
  currency: string;
  /** Only those that have a price. */
  lines: CostLine[];
  netMinor: number;
  taxMinor: number;
  /** netMinor + taxMinor, and where prices include tax also the sum of the lines. */
  totalMinor: number;
}

const MS_PER_MINUTE = 60_000n;

/**
 * What a session costs, to the cent. Each line is the exact product of quantity and price, rounded once; the tax is
 * rounded once from the sum of the lines. So a receipt always adds up, and each line is within half a cent of the truth.
 */
export function costOf(tariff: TariffSnapshot, usage: Usage): Cost {
  const perMinor = BigInt(microsPerMinor(tariff.currency));
  const amount = (quantity: number, perUnit: bigint, priceMicros: number): number =>
    Number(divideRounded(BigInt(quantity) * BigInt(priceMicros), perUnit * perMinor));
  const chargingMs = Math.max(0, usage.durationMs - usage.idleWithinMs);
  const idleMs = Math.max(0, usage.idleMs - tariff.idleGraceMinutes * 60_000);
  const candidates: [CostKind, number, bigint, number][] = [
    ['energy', usage.energyWh, 1000n, tariff.perKwhMicros],
    ['time', chargingMs, MS_PER_MINUTE, tariff.perMinuteMicros],
    ['session', 1, 1n, tariff.perSessionMicros],
    ['idle', idleMs, MS_PER_MINUTE, tariff.perIdleMinuteMicros],
  ];
  const lines = candidates
    .filter(([, , , priceMicros]) => priceMicros !== 0)
    .map(([kind, quantity, perUnit, priceMicros]) => ({
      kind,
      quantity,
      priceMicros,
      amountMinor: amount(quantity, perUnit, priceMicros),
    }));
  const sum = BigInt(lines.reduce((total, line) => total + line.amountMinor, 0));
  const rate = BigInt(tariff.taxBasisPoints);
  const tax = divideRounded(sum * rate, tariff.pricesIncludeTax ? 10_000n + rate : 10_000n);
  const net = tariff.pricesIncludeTax ? sum - tax : sum;
  return {
    currency: tariff.currency,
    lines,
    netMinor: Number(net),
    taxMinor: Number(tax),
    totalMinor: Number(net + tax),
  };
}

/** A connector status and when it began. */
export interface StatusChange {
  status: string;
  atMs: number;
}

/** The car is connected and does not want to, or may no longer, charge (1.6 §4.9; errata: SuspendedEVSE is our doing). */
const IDLE = new Set(['SuspendedEV', 'Finishing']);

export interface IdleTime {
  idleMs: number;
  idleWithinMs: number;
  /** The car was still there at the last that is known: more may follow. */
  isOpen: boolean;
}

/**
 * The idle time of a session: the last unbroken stretch of SuspendedEV and Finishing. A car that pauses and charges
 * again was not idle. After the stop only Finishing goes on; with any other status the car is taken as gone.
 * @param changes of this connector, by time; the last one before the start may be among them
 * @param stoppedAtMs null while the session runs
 */
export function idleTimeOf(
  changes: readonly StatusChange[],
  startedAtMs: number,
  stoppedAtMs: number | null,
  nowMs: number,
): IdleTime {
  let idleFromMs: number | null = null;
  let idleToMs: number | null = null;
  for (const { status, atMs } of changes) {
    if (atMs < startedAtMs) continue;
    const isAfterStop = stoppedAtMs !== null && atMs > stoppedAtMs;
    if (IDLE.has(status)) {
      idleFromMs ??= atMs;
      idleToMs = null;
    } else if (!isAfterStop) {
      idleFromMs = null;
      idleToMs = null;
    } else {
      idleToMs = atMs;
      break;
    }
  }
  if (idleFromMs === null) return { idleMs: 0, idleWithinMs: 0, isOpen: stoppedAtMs !== null && idleToMs === null };
  // While the car is still there, what is owed by now: after the stop only what a status proves.
  const endMs = idleToMs ?? stoppedAtMs ?? nowMs;
  const idleMs = Math.max(0, endMs - idleFromMs);
  const withinEndMs = Math.min(endMs, stoppedAtMs ?? nowMs);
  return { idleMs, idleWithinMs: Math.max(0, withinEndMs - idleFromMs), isOpen: idleToMs === null };
}
