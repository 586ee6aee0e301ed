import { UNWATCHED, watchSample, watchTime } from 'csms-lite/core/anomalies/connector-watch.js';
import { type AcceptedProfile, limitInForce, readProfile } from 'csms-lite/core/anomalies/profile-limit.js';
import { readCurrent } from 'csms-lite/core/anomalies/reading.js';
import { isAnomalyTransfer, readTold } from 'csms-lite/core/anomalies/told.js';
import { normaliseSample, type SampledValue } from 'csms-lite/core/metering/normalise.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const HOUR = 3_600_000;
const START = Date.parse('2026-01-05T08:00:00Z');

function profile(purpose: string, limit: number, more: Record<string, unknown> = {}, connectorId = 1): AcceptedProfile {
  const { schedule, ...rest } = more as { schedule?: object };
  const read = readProfile(connectorId, typeof more.transactionId === 'number' ? more.transactionId : null, {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: purpose,
    chargingProfileKind: 'Relative',
    ...rest,
    chargingSchedule: {
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [{ startPeriod: 0, limit }],
      ...schedule,
    },
  });
  assert.ok(read);
  return read;
}

const session = { connectorId: 1, transactionId: 7, startedAtMs: START };
const mA = (profiles: AcceptedProfile[], atMs = START + 1000): number | null =>
  limitInForce(profiles, session, 1, atMs).limitMa;

test('TxProfile before TxDefaultProfile, own connector before all, never above ChargePointMaxProfile (1.6 §3.13)', () => {
  const all = profile('TxDefaultProfile', 25, {}, 0);
  const own = profile('TxDefaultProfile', 20);
  const tx = profile('TxProfile', 16, { transactionId: 7 });
  const most = profile('ChargePointMaxProfile', 10, { chargingProfileKind: 'Absolute' }, 0);
  assert.is(mA([all]), 25_000);
  assert.is(mA([all, own]), 20_000);
  assert.is(mA([all, own, tx]), 16_000);
  assert.is(mA([all, own, tx, most]), 10_000);
  assert.is(mA([profile('TxProfile', 16, { transactionId: 8 })]), null, 'of another transaction');
  assert.is(mA([]), null);
});

test('stack level, validity, duration, periods, recurrence', () => {
  assert.is(mA([profile('TxProfile', 16), profile('TxProfile', 8, { stackLevel: 3 })]), 8000);
  assert.is(mA([profile('TxProfile', 16, { validTo: '2026-01-05T07:00:00Z' })]), null);
  assert.is(mA([profile('TxProfile', 16, { validFrom: '2026-01-05T09:00:00Z' })]), null);
  assert.is(mA([profile('TxProfile', 16, { schedule: { duration: 60 } })], START + HOUR), null);
  const steps = profile('TxProfile', 0, {
    schedule: {
      chargingSchedulePeriod: [
        { startPeriod: 0, limit: 32 },
        { startPeriod: 600, limit: 12.5 },
      ],
    },
  });
  assert.is(mA([steps]), 32_000);
  assert.is(mA([steps], START + 601_000), 12_500);
  const daily = profile('TxDefaultProfile', 0, {
    chargingProfileKind: 'Recurring',
    recurrencyKind: 'Daily',
    schedule: {
      startSchedule: '2025-12-01T00:00:00Z',
      chargingSchedulePeriod: [
        { startPeriod: 0, limit: 32 },
        { startPeriod: 7 * 3600, limit: 6 },
      ],
    },
  });
  assert.is(mA([daily], Date.parse('2026-01-05T08:00:00Z')), 6000);
  assert.is(mA([daily], Date.parse('2026-01-05T03:00:00Z')), 32_000);
});

const values = (...samples: SampledValue[]) => samples.map(normaliseSample);
const NONE = { limitMa: null, limitW: null };

test('current: the highest phase, with what is offered; power where there is no current', () => {
  const phases = values(
    { value: '15.9', measurand: 'Current.Import', phase: 'L1', unit: 'A' },
    { value: '16.1', measurand: 'Current.Import', phase: 'L2', unit: 'A' },
    { value: '20', measurand: 'Current.Offered', unit: 'A' },
  );
  assert.equal(readCurrent(phases, NONE), { currentMa: 16_100, limitMa: 20_000 });
  assert.equal(readCurrent(phases, { limitMa: 10_000, limitW: null }), { currentMa: 16_100, limitMa: 10_000 });
  const power = values({ value: '7360', measurand: 'Power.Active.Import', unit: 'W' });
  assert.equal(readCurrent(power, NONE), { currentMa: 32_000, limitMa: null });
  assert.equal(readCurrent(power, { limitMa: 16_000, limitW: 3680 }), { currentMa: 32_000, limitMa: 16_000 });
  assert.is(readCurrent(values({ value: '1' }), NONE), null);
});

test('a limit in W needs no number of phases: it is the current at that power', () => {
  const three = values(
    { value: '11040', measurand: 'Power.Active.Import', unit: 'W' },
    { value: '16', measurand: 'Current.Import', unit: 'A' },
  );
  assert.is(readCurrent(three, { limitMa: null, limitW: 5520 })?.limitMa, 8000);
  const idle = values(
    { value: '0', measurand: 'Power.Active.Import', unit: 'W' },
    { value: '0', measurand: 'Current.Import', unit: 'A' },
  );
  assert.is(readCurrent(idle, { limitMa: null, limitW: 5520 })?.limitMa, null);
});

test('the interval is learned; silence only after a habit, and only while a sample is owed', () => {
  let watch = UNWATCHED;
  for (let n = 0; n < 6; n += 1)
    watch = watchSample(watch, { atMs: n * 10_000, currentMa: 16_000, limitMa: null, permitted: true }, 1).watch;
  assert.is(watch.parameters.silenceMs, 40_000);
  assert.equal(watchTime(watch, 50_000, 89_000).changes, []);
  const silent = watchTime(watch, 50_000, 91_000);
  assert.is(silent.changes[0]?.finding.kind, 'silence');
  assert.is(silent.changes[0]?.finding.figure, 41_000);
  assert.equal(watchTime(watch, null, 1_000_000).changes, []);
  const other = watchSample(watch, { atMs: 60_000, currentMa: 1, limitMa: null, permitted: true }, 2).watch;
  assert.equal(watchTime(other, 60_000, 900_000).changes, [], 'the next session has told one value only');
});

test('what a charge point tells is read, not trusted', () => {
  assert.ok(isAnomalyTransfer('TAPWATT', 'Anomaly'));
  assert.not(isAnomalyTransfer('Tapwatt', 'Pong'));
  const data = {
    connectorId: 1,
    state: 'detected',
    from: '2026-01-05T08:00:00.000Z',
    kind: 'drift',
    windowMs: 60_000,
    figure: 2000,
    threshold: 1000,
    unit: 'mA',
    currentMa: 18_000,
    limitMa: 16_000,
    commanded: false,
  };
  const told = readTold(JSON.stringify(data), START);
  assert.is(told?.finding.kind, 'drift');
  assert.is(told?.fromMs, START);
  assert.not(told?.isOver);
  for (const bad of [null, '', '[]x', '7', 'null', JSON.stringify({ ...data, kind: 'x' })])
    assert.is(readTold(bad, 0), null);
  for (const wrong of [{ connectorId: 0 }, { figure: '2000' }, { unit: 'V' }, { windowMs: 1.5 }])
    assert.is(readTold(JSON.stringify({ ...data, ...wrong }), 0), null);
});

test.run();
