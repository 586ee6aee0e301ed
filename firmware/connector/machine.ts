import type { Stamp } from '../domain/stamp.js';
import type { Effect, TimerName } from './effects.js';
import type { ConnectorEvent } from './events.js';
import { wantedLock, wantedPower } from './facts.js';
import { handle } from './handlers.js';
import { commandedLock, withLock } from './lock.js';
import { takeUnsent } from './outbox.js';
import { markInterruption } from './session.js';
import { deadlines, settle } from './settle.js';
import { dueSnapshots } from './snapshot.js';
import { type ConnectorState, changeTransaction, type PowerCommand } from './state.js';

export interface Step {
  readonly state: ConnectorState;
  /** To be done in this order; power off comes before everything else. */
  readonly effects: readonly Effect[];
}

/**
 * A connector, as a pure function: no clock, no I/O, no randomness.
 *
 * 1. The event changes facts (handlers.ts). 2. The rules move the session on until it rests (session-rules.ts,
 * upkeep-rules.ts). 3. What the outside was last told is compared with what the state calls for (facts.ts, status.ts):
 * the difference is the effects. So nothing has to remember to switch off, to unlock, to report or to clear a timer.
 */
export function step(state: ConnectorState, event: ConnectorEvent): Step {
  if (state.closed) return { state, effects: [] };
  if (state.phase.t === 'unrestored' && event.t !== 'restore' && event.t !== 'shutdown') return { state, effects: [] };
  const at = notBefore(event.at, state.now);
  const now: ConnectorState = { ...state, now: at };
  const woken = event.t === 'timer' ? withoutTimer(now, event.name) : now;
  const changed = handle(woken, { ...event, at });
  const settled = changed.closed ? changed : settle(changed, at);
  return TELL.reduce<Step>(
    (step, tell) => {
      const { state, effects } = tell(step.state, at);
      return { state, effects: [...step.effects, ...effects] };
    },
    { state: settled, effects: [] },
  );
}

function notBefore(at: Stamp, now: Stamp | null): Stamp {
  return now === null || at.monotonicMs >= now.monotonicMs ? at : now;
}

type Tell = (state: ConnectorState, at: Stamp) => Step;

const TELL: readonly Tell[] = [tellPower, tellLock, tellRecords, tellUnlocks, tellSnapshots, tellTimers, tellClose];

function tellPower(state: ConnectorState, at: Stamp): Step {
  const power = wantedPower(state);
  const last = state.told.power;
  if (samePower(last, power)) return { state, effects: [] };
  const told: ConnectorState = { ...state, told: { ...state.told, power } };
  const cameOn = power.on && last?.on !== true;
  const marked = markInterruption(told, power.on, at);
  return {
    state: cameOn ? changeTransaction(marked, { evIdleFromMs: at.monotonicMs }) : marked,
    effects: [{ t: 'power', ...power }],
  };
}

function samePower(a: PowerCommand | null, b: PowerCommand): boolean {
  if (a === null || a.on !== b.on) return false;
  return !a.on || !b.on || a.limitMa === b.limitMa;
}

function tellLock(state: ConnectorState, at: Stamp): Step {
  if (!state.traits.hasLock || state.closed) return { state, effects: [] };
  const locked = wantedLock(state);
  // UnlockConnector is "a new attempt to unlock" (1.6 §5.18) also where the lock was told to open before.
  const asked = !locked && state.unlocks.some((request) => !request.asked);
  if (commandedLock(state) === locked && !asked) return { state, effects: [] };
  const unlocks = locked ? state.unlocks : state.unlocks.map((request) => ({ ...request, asked: true }));
  return {
    state: { ...withLock(state, locked ? 'locking' : 'unlocking', at), unlocks },
    effects: [{ t: 'lock', locked }],
  };
}

function tellRecords(state: ConnectorState, at: Stamp): Step {
  const { send, outbox } = takeUnsent(state.outbox, at.monotonicMs);
  const { incarnation } = state;
  return {
    state: { ...state, outbox },
    effects: send.map(({ seq, record }) => ({ t: 'record', incarnation, seq, record })),
  };
}

function tellUnlocks(state: ConnectorState): Step {
  const effects = state.unlocks.flatMap(({ requestId, result }): Effect[] =>
    result === null ? [] : [{ t: 'unlock-result', requestId, result }],
  );
  if (effects.length === 0) return { state, effects };
  return { state: { ...state, unlocks: state.unlocks.filter((request) => request.result === null) }, effects };
}

function tellSnapshots(state: ConnectorState, at: Stamp): Step {
  if (state.phase.t === 'unrestored') return { state, effects: [] };
  const snapshots = dueSnapshots(state, at);
  const snapshot = snapshots.at(-1) ?? state.told.snapshot;
  return {
    state: { ...state, told: { ...state.told, snapshot, repeatSnapshot: false } },
    effects: snapshots.map((snapshot) => ({ t: 'snapshot', snapshot })),
  };
}

/** A deadline that moved by less is left alone: wall and monotonic clock drift apart by fractions of a millisecond. */
const TIMER_TOLERANCE_MS = 20;

function tellTimers(state: ConnectorState, at: Stamp): Step {
  const due = deadlines(state, at);
  const effects: Effect[] = [];
  const timers: Partial<Record<TimerName, number>> = {};
  for (const name of Object.keys(state.told.timers) as TimerName[])
    if (!due.has(name)) effects.push({ t: 'clear-timer', name });
  for (const [name, dueMs] of due) {
    const toldMs = state.told.timers[name];
    const same = toldMs !== undefined && Math.abs(toldMs - dueMs) <= TIMER_TOLERANCE_MS;
    timers[name] = same ? toldMs : dueMs;
    if (!same) effects.push({ t: 'set-timer', name, dueMs });
  }
  return { state: { ...state, told: { ...state.told, timers } }, effects };
}

function tellClose(state: ConnectorState): Step {
  if (!state.closed || state.told.closed) return { state, effects: [] };
  return { state: { ...state, told: { ...state.told, closed: true } }, effects: [{ t: 'close' }] };
}

function withoutTimer(state: ConnectorState, name: TimerName): ConnectorState {
  const { [name]: _fired, ...timers } = state.told.timers;
  return { ...state, told: { ...state.told, timers } };
}
