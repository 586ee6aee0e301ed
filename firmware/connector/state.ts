import type { MeterReading } from '@tapwatt/hal';
import type { Authorization, ConnectorSnapshot, Fault, StopReason } from '../domain/records.js';
import type { Stamp } from '../domain/stamp.js';
import type { ConnectorSettings, ConnectorTraits, Reservation } from '../threads/messages.js';
import type { TimerName } from './effects.js';
import { emptyOutbox, type Outbox } from './outbox.js';

/** A transaction as the connector holds it in memory. All of it can be rebuilt from an OpenTransaction and a reading. */
export interface Transaction {
  readonly localId: string;
  readonly authorization: Authorization;
  readonly meterStartWh: number;
  readonly startedAt: Stamp;
  /** Highest register value seen in this transaction: the register never runs backwards on our record. */
  readonly registerWh: number;
  /** The central system refused the tag, and the transaction goes on without energy (1.6 §4.8). */
  readonly deauthorized: boolean;
  /** Periodic samples fall on this moment plus whole intervals (CLOCK_MONOTONIC). */
  readonly samplesFromMs: number;
  /** The last such moment that was dealt with. */
  readonly sampledMs: number;
  /** What the journal was last told of the register, and when. */
  readonly journaled: { readonly energyWh: number; readonly atMs: number };
  /** Whether energy was offered yet, and whether its offer is interrupted now (§7.35). */
  readonly offer: 'not-yet' | 'on' | 'interrupted';
  /** The car took less than IDLE_BELOW_MA for IDLE_AFTER_MS although it could have had more. */
  readonly evIdle: boolean;
  /** Since when the car takes nothing: when the power came on or current last flowed. */
  readonly evIdleFromMs: number;
}

/**
 * Where the connector is in the life of a session. Everything else that matters (cable, faults, limit, availability …)
 * are facts beside it, so that none of them has to be remembered and restored by hand.
 */
export type Phase =
  /** The thread has just started and knows nothing. */
  | { readonly t: 'unrestored' }
  /** Nobody has identified. `cableSince`: a cable waits since then for somebody who does. */
  | { readonly t: 'idle'; readonly cableSince: Stamp | null }
  /** Somebody has identified and we wait for the cable (or for a fault to clear). */
  | { readonly t: 'authorized'; readonly authorization: Authorization; readonly since: Stamp }
  /** Both are there; the cable is being locked. */
  | { readonly t: 'securing'; readonly authorization: Authorization }
  /** TransactionStarted is on its way into the journal. No power before it is there. */
  | { readonly t: 'starting'; readonly transaction: Transaction; readonly seq: number }
  /** The transaction is on record; whether power flows follows from the facts. */
  | { readonly t: 'running'; readonly transaction: Transaction }
  /** Power was told off; `finalReading` comes with `power-is-off`, or `dueMs` passes. */
  | {
      readonly t: 'stopping';
      readonly transaction: Transaction;
      readonly reason: StopReason;
      readonly idTag: string | null;
      readonly finalReading: MeterReading | null;
      readonly dueMs: number;
    }
  /** Nothing runs, but the cable is still in. `keptFor`: it stays locked until this person or the central system lets it go. */
  | { readonly t: 'finishing'; readonly keptFor: Authorization | null };

export type PhaseName = Phase['t'];

export type LockState = 'unknown' | 'locking' | 'locked' | 'lock-failed' | 'unlocking' | 'unlocked' | 'unlock-failed';

export type PowerCommand = { readonly on: true; readonly limitMa: number } | { readonly on: false };

export type UnlockResult = 'Unlocked' | 'UnlockFailed' | 'NotSupported';

/** An UnlockConnector that is not answered yet. `asked`: the lock was told to open because of it. */
export interface UnlockRequest {
  readonly requestId: string;
  readonly asked: boolean;
  readonly result: UnlockResult | null;
}

/** What the outside was last told. Effects are the difference between this and what the facts now call for. */
export interface Told {
  /** Null: unknown, tell again. */
  readonly power: PowerCommand | null;
  readonly snapshot: ConnectorSnapshot | null;
  /** The station may have missed the snapshot: tell it again though nothing changed. */
  readonly repeatSnapshot: boolean;
  readonly timers: Readonly<Partial<Record<TimerName, number>>>;
  readonly closed: boolean;
}

export interface ConnectorState {
  readonly traits: ConnectorTraits;
  /** UUID of this run of the thread. */
  readonly incarnation: string;
  /** Transactions begun in this incarnation; their ids are made from it. */
  readonly minted: number;
  readonly settings: ConnectorSettings;
  readonly operative: boolean;
  readonly reservation: Reservation | null;
  /** Null without a plug sensor. */
  readonly pluggedIn: boolean | null;
  readonly reading: MeterReading;
  /** Smart-charging limit per phase; null for none. */
  readonly limitMa: number | null;
  /** As main reports them; at most one per error code. */
  readonly faults: readonly Fault[];
  readonly lock: { readonly state: LockState; readonly sinceMs: number };
  /** What the connector itself found out about its lock. */
  readonly lockFault: 'cannot-lock' | 'cannot-unlock' | null;
  /** Main took the power away at this moment; asked for again later. */
  readonly powerLostMs: number | null;
  readonly unlocks: readonly UnlockRequest[];
  /** The latest moment seen: messages of different threads may overtake each other, time does not. */
  readonly now: Stamp | null;
  /** Last clock-aligned moment that was dealt with, true time; null before the first. */
  readonly gridMs: number | null;
  readonly phase: Phase;
  readonly outbox: Outbox;
  readonly told: Told;
  /** After `shutdown` nothing happens any more. */
  readonly closed: boolean;
}

/** Before the restore: nothing is allowed and nothing is timed. */
const NO_SETTINGS: ConnectorSettings = {
  connectionTimeoutS: 0,
  stopTransactionOnEvSideDisconnect: true,
  unlockConnectorOnEvSideDisconnect: true,
  sampleIntervalS: 0,
  clockAlignedIntervalS: 0,
  stopTransactionOnInvalidId: true,
  maxEnergyOnInvalidIdWh: null,
  clockOffsetMs: 0,
};

const NO_READING: MeterReading = {
  energyWh: 0,
  powerW: 0,
  currentMa: [],
  voltageV: [],
  temperatureC: null,
  socPercent: null,
};

/**
 * A connector thread that has just started.
 * @param incarnation A fresh UUID: identities of transactions are made from it.
 */
export function initialState(traits: ConnectorTraits, incarnation: string): ConnectorState {
  return {
    traits,
    incarnation,
    minted: 0,
    settings: NO_SETTINGS,
    operative: false,
    reservation: null,
    pluggedIn: traits.hasPlugSensor ? false : null,
    reading: NO_READING,
    limitMa: null,
    faults: [],
    lock: { state: traits.hasLock ? 'unknown' : 'unlocked', sinceMs: 0 },
    lockFault: null,
    powerLostMs: null,
    unlocks: [],
    now: null,
    gridMs: null,
    phase: { t: 'unrestored' },
    outbox: emptyOutbox(),
    told: { power: null, snapshot: null, repeatSnapshot: false, timers: {}, closed: false },
    closed: false,
  };
}

/** The transaction that is not ended yet, or null. */
export function openTransaction(state: ConnectorState): Transaction | null {
  const { phase } = state;
  return phase.t === 'starting' || phase.t === 'running' || phase.t === 'stopping' ? phase.transaction : null;
}

/** The state with its open transaction changed; unchanged where there is none. */
export function changeTransaction(state: ConnectorState, change: Partial<Transaction>): ConnectorState {
  const { phase } = state;
  if (phase.t !== 'starting' && phase.t !== 'running' && phase.t !== 'stopping') return state;
  return { ...state, phase: { ...phase, transaction: { ...phase.transaction, ...change } } };
}
