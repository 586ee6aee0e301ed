import type { Stamp } from '../domain/stamp.js';
import { blockingFault, wantedPower } from './facts.js';
import { lockFailed } from './lock.js';
import { repeatDueMs, sendAllAgain } from './outbox.js';
import { after, type Rule } from './rule.js';
import { checkpointDueMs, latestGrid, latestPeriodic, nextGrid, standsForItsMoment } from './sampler.js';
import { checkpoint, sample } from './session.js';
import { type ConnectorState, changeTransaction } from './state.js';

/** A car that took less than this for this long, although power was on, has suspended (SuspendedEV). */
export const IDLE_BELOW_MA = 500;
export const IDLE_AFTER_MS = 5000;
export const LOCK_ANSWER_MS = 3000;
export const POWER_RETRY_MS = 10_000;

/** A clock that is set back by more than this begins the clock-aligned grid anew. */
const SET_BACK_MS = 60_000;

/** What goes on beside the session. */
export const UPKEEP_RULES: readonly Rule[] = [
  // C4
  after(
    'ev-idle',
    'power is on and the car takes none of it: SuspendedEV',
    (state) =>
      state.phase.t === 'running' &&
      !state.phase.transaction.evIdle &&
      state.told.power?.on === true &&
      wantedPower(state).on
        ? state.phase.transaction.evIdleFromMs + IDLE_AFTER_MS
        : null,
    (state) => changeTransaction(state, { evIdle: true }),
  ),
  after(
    'power-retry',
    'main took the power away some time ago: ask for it again',
    (state) =>
      state.powerLostMs !== null && blockingFault(state) === null ? state.powerLostMs + POWER_RETRY_MS : null,
    (state) => ({ ...state, powerLostMs: null }),
  ),
  after(
    'lock-answer',
    'the lock does not answer: it has failed',
    (state) =>
      state.lock.state === 'locking' || state.lock.state === 'unlocking' ? state.lock.sinceMs + LOCK_ANSWER_MS : null,
    lockFailed,
  ),
  after('periodic-sample', 'MeterValueSampleInterval has passed', periodicDue, samplePeriodic),
  after('clock-sample', 'ClockAlignedDataInterval: a moment of the grid', clockDue, sampleOnGrid),
  after(
    'checkpoint',
    'the register has moved far or long enough since the journal heard of it',
    (state) =>
      state.phase.t === 'running'
        ? checkpointDueMs({ ...state.phase.transaction, intervalS: state.traits.checkpointIntervalS })
        : null,
    checkpoint,
  ),
  after(
    'resend',
    'the journal is silent: repeat what it has not acknowledged',
    (state) => repeatDueMs(state.outbox),
    (state) => ({ ...state, outbox: sendAllAgain(state.outbox) }),
  ),
];

function periodicDue(state: ConnectorState, at: Stamp): number | null {
  const { sampleIntervalS } = state.settings;
  if (state.phase.t !== 'running' || sampleIntervalS <= 0) return null;
  const { samplesFromMs, sampledMs } = state.phase.transaction;
  const latest = latestPeriodic(samplesFromMs, sampleIntervalS, at.monotonicMs);
  return latest > sampledMs ? latest : latest + sampleIntervalS * 1000;
}

/** The sample bears its exact moment; after a stall it bears the time at which it was taken, and what was missed is missed. */
function samplePeriodic(state: ConnectorState, at: Stamp): ConnectorState {
  const dueMs = periodicDue(state, at);
  if (dueMs === null) return state;
  const lateMs = at.monotonicMs - dueMs;
  const stamp = standsForItsMoment(lateMs, state.settings.sampleIntervalS) ? earlier(at, lateMs) : at;
  return changeTransaction(sample(state, 'Sample.Periodic', stamp), { sampledMs: dueMs });
}

/** Due at the next moment of the grid, or now when one was passed since the last look (also when the clock was set). */
function clockDue(state: ConnectorState, at: Stamp): number | null {
  const { clockAlignedIntervalS, clockOffsetMs } = state.settings;
  if (clockAlignedIntervalS <= 0) return null;
  const trueMs = at.wallMs + clockOffsetMs;
  const seenMs = state.gridMs;
  // Set back a little: what was sampled is not sampled again. Set back far: the grid begins anew.
  const overtakenMs = seenMs === null ? 0 : seenMs - trueMs;
  if (seenMs !== null && overtakenMs > 0 && overtakenMs <= SET_BACK_MS)
    return at.monotonicMs + nextGrid(seenMs, clockAlignedIntervalS) - trueMs;
  if (latestGrid(trueMs, clockAlignedIntervalS) !== seenMs) return at.monotonicMs;
  return at.monotonicMs + nextGrid(trueMs, clockAlignedIntervalS) - trueMs;
}

/** A moment of the grid that a jump of the clock leapt over, or that lies before the first look, is not sampled. */
function sampleOnGrid(state: ConnectorState, at: Stamp): ConnectorState {
  const { clockAlignedIntervalS, clockOffsetMs } = state.settings;
  const trueMs = at.wallMs + clockOffsetMs;
  const gridMs = latestGrid(trueMs, clockAlignedIntervalS);
  const lateMs = trueMs - gridMs;
  const seen = { ...state, gridMs };
  const passed = state.gridMs !== null && gridMs > state.gridMs;
  return passed && standsForItsMoment(lateMs, clockAlignedIntervalS)
    ? sample(seen, 'Sample.Clock', earlier(at, lateMs))
    : seen;
}

function earlier(at: Stamp, byMs: number): Stamp {
  return { wallMs: at.wallMs - byMs, monotonicMs: at.monotonicMs - byMs };
}
