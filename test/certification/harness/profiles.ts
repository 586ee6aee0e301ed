import * as assert from 'uvu/assert';
import type { Json } from '../../support/scripted-peer.js';
import type { Bench } from './bench.js';

/** A current limit from this second of the schedule on. */
export type Period = readonly [startS: number, limitA: number];

export interface ProfileOptions {
  id?: number;
  stackLevel?: number;
  transactionId?: number;
  /** Absolute, from `startMs` on, for so many seconds; without end when absent. */
  durationS?: number;
  startMs: number;
}

/** A charging profile of kind Absolute in amperes. */
export function profile(
  chargingProfilePurpose: 'ChargePointMaxProfile' | 'TxDefaultProfile' | 'TxProfile',
  periods: readonly Period[],
  { id = 1, stackLevel = 0, transactionId, durationS, startMs }: ProfileOptions,
): Json {
  return {
    chargingProfileId: id,
    stackLevel,
    chargingProfilePurpose,
    chargingProfileKind: 'Absolute',
    ...(transactionId === undefined ? {} : { transactionId }),
    validFrom: new Date(startMs - 60_000).toISOString(),
    validTo: new Date(startMs + 86_400_000).toISOString(),
    chargingSchedule: {
      ...(durationS === undefined ? {} : { duration: durationS }),
      startSchedule: new Date(startMs).toISOString(),
      chargingRateUnit: 'A',
      chargingSchedulePeriod: periods.map(([startPeriod, limit]) => ({ startPeriod, limit })),
    },
  };
}

/** This second, in Unix epoch milliseconds. */
export function wholeSecond(): number {
  return Math.floor(Date.now() / 1000) * 1000;
}

/**
 * GetCompositeSchedule for connector 1 is second by second what `limitAt` says, and says it in as few periods as can be.
 * @param limitAt amperes at an instant (Unix epoch milliseconds)
 */
export async function assertComposite(bench: Bench, durationS: number, limitAt: (ms: number) => number): Promise<void> {
  const answer = await bench.callFor('Accepted', 'GetCompositeSchedule', {
    connectorId: 1,
    duration: durationS,
    chargingRateUnit: 'A',
  });
  assert.is(answer.connectorId, 1);
  const schedule = answer.chargingSchedule as Json;
  assert.is(schedule.chargingRateUnit, 'A');
  const startMs = Date.parse(String(answer.scheduleStart));
  assert.ok(Math.abs(startMs - Date.now()) < 2500, 'it starts now');
  if (schedule.startSchedule !== undefined) assert.is(Date.parse(String(schedule.startSchedule)), startMs);
  assert.ok(Math.abs(Number(schedule.duration ?? durationS) - durationS) <= 1, `duration is ${schedule.duration}`);
  const periods = schedule.chargingSchedulePeriod as { startPeriod: number; limit: number; numberPhases?: number }[];
  assert.is(periods[0]?.startPeriod, 0);
  for (const [n, period] of periods.entries()) {
    const before = periods[n - 1];
    if (before === undefined) continue;
    assert.ok(period.startPeriod > before.startPeriod, 'periods are in order');
    assert.ok(period.limit !== before.limit || period.numberPhases !== before.numberPhases, 'equal periods are one');
  }
  // The second at which one limit gives way to the next is blurred by the sub-second part of scheduleStart only.
  const offsetMs = startMs % 1000;
  for (let second = 0; second < durationS; second += 1) {
    const said = periods.findLast(({ startPeriod }) => startPeriod <= second)?.limit;
    const atMs = startMs - offsetMs + second * 1000;
    const expected = offsetMs === 0 ? [limitAt(atMs)] : [limitAt(atMs), limitAt(atMs + 1000)];
    assert.ok(
      expected.includes(Number(said)),
      `at second ${second}: ${said} A instead of ${expected[0]} A, in ${JSON.stringify(periods)}`,
    );
  }
}

/** What a list of periods says at a time, or null after its duration. */
export function limitOf(periods: readonly Period[], startMs: number, durationS = Number.POSITIVE_INFINITY) {
  return (ms: number): number | null => {
    const second = (ms - startMs) / 1000;
    if (second < 0 || second >= durationS) return null;
    return periods.findLast(([startS]) => startS <= second)?.[1] ?? null;
  };
}
