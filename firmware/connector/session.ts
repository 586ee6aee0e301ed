import type { MeterReading } from '@tapwatt/hal';
import type { Authorization, OpenTransaction, ReadingContext, StopReason } from '../domain/records.js';
import type { Stamp } from '../domain/stamp.js';
import { cableOut, offeredMa, readingNow } from './facts.js';
import { addRecord } from './outbox.js';
import { type ConnectorState, changeTransaction, openTransaction, type Transaction } from './state.js';

/**
 * The steps in the life of a session: what each does to the state. When they are taken says `rules.ts`; who asks for
 * them says `handlers.ts`.
 */

/** Main has this long to answer `power` off with a reading; then the last reading counts. */
export const POWER_OFF_ANSWER_MS = 1000;

/** Nobody has identified. A cable that is in waits from now on. */
export function rest(state: ConnectorState, at: Stamp): ConnectorState {
  return { ...state, phase: { t: 'idle', cableSince: state.pluggedIn === true ? at : null } };
}

export function waitForCable(state: ConnectorState, authorization: Authorization, at: Stamp): ConnectorState {
  return { ...state, phase: { t: 'authorized', authorization, since: at } };
}

/** Mints the transaction and puts its beginning on the way to the journal. */
export function begin(state: ConnectorState, authorization: Authorization, at: Stamp): ConnectorState {
  const minted = state.minted + 1;
  const meterStartWh = state.reading.energyWh;
  const localId = mintLocalId(state.incarnation, minted);
  const outbox = addRecord(state.outbox, {
    t: 'TransactionStarted',
    localId,
    authorization,
    meterStartWh,
    reading: state.reading,
    at,
  });
  const transaction: Transaction = {
    localId,
    authorization,
    meterStartWh,
    startedAt: at,
    registerWh: meterStartWh,
    deauthorized: false,
    samplesFromMs: at.monotonicMs,
    sampledMs: at.monotonicMs,
    journaled: { energyWh: meterStartWh, atMs: at.monotonicMs },
    offer: 'not-yet',
    evIdle: false,
    evIdleFromMs: at.monotonicMs,
  };
  return { ...state, minted, outbox, phase: { t: 'starting', transaction, seq: outbox.lastSeq } };
}

/** A UUID of its own for each transaction of this incarnation, without a source of randomness in the machine. */
function mintLocalId(incarnation: string, n: number): string {
  return `${incarnation.slice(0, 24)}${n.toString(16).padStart(12, '0')}`;
}

/** Goes on with a transaction that the journal holds: it was recorded long ago. */
export function takeUp(state: ConnectorState, open: OpenTransaction, at: Stamp): ConnectorState {
  const { localId, authorization, meterStartWh, startedAt, deauthorized } = open;
  // Monotonic time of another boot is another scale; only within one boot do both clocks agree on how long ago it was.
  const agoMs = at.monotonicMs - startedAt.monotonicMs;
  const sameBoot = agoMs >= 0 && Math.abs(at.wallMs - startedAt.wallMs - agoMs) < 2000;
  const transaction: Transaction = {
    localId,
    authorization,
    meterStartWh,
    startedAt,
    registerWh: Math.max(meterStartWh, open.lastEnergyWh, state.reading.energyWh),
    deauthorized,
    samplesFromMs: sameBoot ? startedAt.monotonicMs : at.monotonicMs,
    sampledMs: at.monotonicMs,
    journaled: { energyWh: open.lastEnergyWh, atMs: at.monotonicMs },
    // Thread or power was away.
    offer: 'interrupted',
    evIdle: false,
    evIdleFromMs: at.monotonicMs,
  };
  return { ...state, phase: { t: 'running', transaction } };
}

/** Power off first; the transaction ends when the meter was read after that. The first reason counts. */
export function beginStop(state: ConnectorState, reason: StopReason, idTag: string | null, at: Stamp): ConnectorState {
  const { phase } = state;
  if (phase.t !== 'starting' && phase.t !== 'running') return state;
  const { transaction } = phase;
  return {
    ...state,
    phase: {
      t: 'stopping',
      transaction,
      reason,
      idTag,
      finalReading: null,
      dueMs: at.monotonicMs + POWER_OFF_ANSWER_MS,
    },
    powerLostMs: null,
    // Told again even if it is off already: the answer brings the final reading.
    told: { ...state.told, power: null },
  };
}

export function setFinalReading(state: ConnectorState, reading: MeterReading): ConnectorState {
  const { phase } = state;
  return phase.t === 'stopping'
    ? { ...state, phase: { ...phase, finalReading: phase.finalReading ?? reading } }
    : state;
}

/** Records the end. With a plug sensor the connector is Finishing until the cable is out, else free at once. */
export function end(state: ConnectorState, at: Stamp): ConnectorState {
  const { phase } = state;
  if (phase.t !== 'stopping') return state;
  const { transaction, reason, idTag } = phase;
  const last = phase.finalReading ?? state.reading;
  const meterStopWh = Math.max(transaction.registerWh, last.energyWh);
  const outbox = addRecord(state.outbox, {
    t: 'TransactionEnded',
    localId: transaction.localId,
    reason,
    idTag,
    meterStopWh,
    reading: { ...last, energyWh: meterStopWh },
    at,
  });
  const ended: ConnectorState = { ...state, outbox };
  if (!state.traits.hasPlugSensor) return rest(ended, at);
  return {
    ...ended,
    phase: { t: 'finishing', keptFor: keepsCable(state, reason) ? transaction.authorization : null },
  };
}

/**
 * "As part of the normal transaction termination, the Charge Point SHALL unlock the cable" (1.6 §4.10), but after
 * DeAuthorized it stays locked for the same identifier (errata 3.5), and after an EV-side disconnect it is unlocked
 * only if UnlockConnectorOnEVSideDisconnect says so.
 */
function keepsCable(state: ConnectorState, reason: StopReason): boolean {
  if (!state.traits.hasLock) return false;
  if (cableOut(state)) return reason === 'EVDisconnected' && !state.settings.unlockConnectorOnEvSideDisconnect;
  return reason === 'DeAuthorized';
}

/** Lets go of a cable that was kept locked. */
export function letGo(state: ConnectorState): ConnectorState {
  return state.phase.t === 'finishing' ? { ...state, phase: { t: 'finishing', keptFor: null } } : state;
}

/** Journals a meter sample; in a transaction it is a checkpoint as well. */
export function sample(state: ConnectorState, context: ReadingContext, at: Stamp): ConnectorState {
  const transaction = openTransaction(state);
  const reading = readingNow(state);
  const outbox = addRecord(state.outbox, {
    t: 'MeterSampled',
    localId: transaction?.localId ?? null,
    context,
    reading,
    offeredMa: offeredMa(state),
    at,
  });
  return changeTransaction({ ...state, outbox }, { journaled: { energyWh: reading.energyWh, atMs: at.monotonicMs } });
}

/**
 * Samples where the offer of energy stops and where it goes on within a transaction: Interruption.Begin and .End (1.6
 * §7.35). Only while sampled data is wanted at all (MeterValueSampleInterval above 0).
 * @param on what the output is told now
 */
export function markInterruption(state: ConnectorState, on: boolean, at: Stamp): ConnectorState {
  if (state.phase.t !== 'running' || state.closed) return state;
  const { offer } = state.phase.transaction;
  if (on ? offer === 'on' : offer !== 'on') return state;
  const marked = changeTransaction(state, { offer: on ? 'on' : 'interrupted' });
  if (offer === 'not-yet' || state.settings.sampleIntervalS <= 0) return marked;
  return sample(marked, on ? 'Interruption.End' : 'Interruption.Begin', at);
}

/** Journals the register, so that a power cut loses no more than what comes after. */
export function checkpoint(state: ConnectorState, at: Stamp): ConnectorState {
  const transaction = openTransaction(state);
  if (transaction === null) return state;
  const energyWh = transaction.registerWh;
  const outbox = addRecord(state.outbox, { t: 'EnergyCheckpoint', localId: transaction.localId, energyWh, at });
  return changeTransaction({ ...state, outbox }, { journaled: { energyWh, atMs: at.monotonicMs } });
}
