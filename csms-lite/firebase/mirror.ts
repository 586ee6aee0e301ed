/**
 * One charge point's copy in the Realtime Database, as a pure machine: `step(state, event)` gives the next state, what is
 * to be written now, and when to ask again. One write at a time; while it is under way, and in the pause after it, events
 * only change what is known, so a write always carries the newest of it: order is kept, and nothing piles up.
 */
import type { Connector, Station, Transaction } from '../core/model.js';
import { type ChargerDocument, type ChargerFacts, chargerDocument, gist, stateGist } from './document.js';
import type { UidMode } from './uid.js';

/** FINISHED stands this long once the database has it (seed: the charger waits 5 s, then STANDBY). */
export const FINISHED_MS = 5_000;
/** Between writes of readings; a phone needs no more. */
const READING_PAUSE_MS = 2_000;
/** Between writes that change a state. */
const STATE_PAUSE_MS = 100;
/** While a session runs it is written at least this often: `last_updated` tells that it is alive, time may cost money. */
const RUNNING_REFRESH_MS = 60_000;
/** And an idle charger this often: prices may have changed, and whoever looks sees that csms-lite is there. */
const IDLE_REFRESH_MS = 15 * 60_000;
/** After a refusal: 1 s, doubled up to this. */
const LONGEST_BACK_OFF_MS = 60_000;

export interface MirrorState {
  /** null: not known, or removed. */
  readonly facts: ChargerFacts | null;
  /** What the database has acknowledged; null: nothing is there. */
  readonly acknowledged: ChargerDocument | null;
  /** On its way. */
  readonly writing: { readonly document: ChargerDocument | null } | null;
  readonly lastWriteAtMs: number;
  /** Refusals since the last acknowledgement. */
  readonly refusals: number;
  readonly notBeforeMs: number;
  /** The newest state is not acknowledged yet. */
  readonly pending: boolean;
}

export type MirrorEvent =
  | { t: 'station'; station: Station }
  | { t: 'removed' }
  | { t: 'connector'; connector: Connector }
  | { t: 'session'; transaction: Transaction }
  /** The database has taken the write. */
  | { t: 'written' }
  /** It has not. `random` in [0, 1) spreads the next attempts. */
  | { t: 'refused'; random: number }
  | { t: 'time' };

export interface Step {
  state: MirrorState;
  /** Write this now; `document` null removes. `facts` are what it was made of. */
  write: { document: ChargerDocument | null; facts: ChargerFacts | null } | null;
  /** Come back with `time` then; null: no need. */
  wakeAtMs: number | null;
}

export interface StepContext {
  atMs: number;
  uid: UidMode;
}

/** @param kept what the database has, and since when; null: nothing */
export function initialState(
  facts: ChargerFacts | null,
  kept: { document: ChargerDocument; acknowledgedAtMs: number } | null,
): MirrorState {
  return {
    facts,
    acknowledged: kept?.document ?? null,
    writing: null,
    lastWriteAtMs: kept?.acknowledgedAtMs ?? 0,
    refusals: 0,
    notBeforeMs: 0,
    pending: false,
  };
}

export function step(state: MirrorState, event: MirrorEvent, context: StepContext): Step {
  return decide(expire(take(state, event, context.atMs), context.atMs), context);
}

function take(state: MirrorState, event: MirrorEvent, atMs: number): MirrorState {
  const { facts } = state;
  switch (event.t) {
    case 'station':
      return { ...state, facts: { sessions: {}, finished: {}, ...facts, station: event.station } };
    case 'removed':
      return { ...state, facts: null };
    case 'connector':
      return facts === null ? state : { ...state, facts: withConnector(facts, event.connector) };
    case 'session':
      return facts === null ? state : { ...state, facts: withSession(facts, event.transaction) };
    case 'written': {
      if (state.writing === null) return state;
      const acknowledged = state.writing.document;
      const shown = facts === null || acknowledged === null ? facts : withShown(facts, acknowledged, atMs);
      return { ...state, facts: shown, acknowledged, writing: null, refusals: 0 };
    }
    case 'refused': {
      const refusals = state.refusals + 1;
      const pauseMs = Math.min(LONGEST_BACK_OFF_MS, 1000 * 2 ** (refusals - 1)) * (0.8 + 0.4 * event.random);
      return { ...state, writing: null, refusals, notBeforeMs: atMs + Math.round(pauseMs) };
    }
    case 'time':
      return state;
    default:
      return assertNever(event);
  }
}

function withConnector(facts: ChargerFacts, connector: Connector): ChargerFacts {
  const others = facts.station.connectors.filter((one) => one.connectorId !== connector.connectorId);
  const connectors = [...others, connector].sort((a, b) => a.connectorId - b.connectorId);
  return { ...facts, station: { ...facts.station, connectors } };
}

function without<T>(record: Readonly<Record<number, T>>, key: number): Record<number, T> {
  const { [key]: _gone, ...rest } = record;
  return rest;
}

/**
 * A session that ends is FINISHED only where it was seen running: what a charge point tells late of an old one
 * concerns nobody who stands there now.
 */
function withSession(facts: ChargerFacts, transaction: Transaction): ChargerFacts {
  const { connectorId, id } = transaction;
  const { sessions, finished } = facts;
  if (transaction.status === 'active')
    return {
      ...facts,
      sessions: { ...sessions, [connectorId]: transaction },
      finished: without(finished, connectorId),
    };
  const isRunning = sessions[connectorId]?.id === id;
  const shown = finished[connectorId];
  if (!isRunning && shown?.transaction.id !== id) return facts;
  return {
    ...facts,
    sessions: isRunning ? without(sessions, connectorId) : sessions,
    finished: { ...finished, [connectorId]: { transaction, shownAtMs: isRunning ? null : (shown?.shownAtMs ?? null) } },
  };
}

/** The database has shown what `document` calls FINISHED from now on. */
function withShown(facts: ChargerFacts, document: ChargerDocument, atMs: number): ChargerFacts {
  const finished = Object.entries(facts.finished).map(([connectorId, one]) => {
    const entry = document.connectors[connectorId];
    const isShown = entry?.status === 'FINISHED' && entry.session === one.transaction.id;
    return [connectorId, isShown && one.shownAtMs === null ? { ...one, shownAtMs: atMs } : one];
  });
  return { ...facts, finished: Object.fromEntries(finished) as ChargerFacts['finished'] };
}

/** FINISHED becomes STANDBY 5 s after it was shown, never before it was. */
function expire(state: MirrorState, atMs: number): MirrorState {
  const { facts } = state;
  if (facts === null) return state;
  const isOver = ({ shownAtMs }: { shownAtMs: number | null }): boolean =>
    shownAtMs !== null && atMs - shownAtMs >= FINISHED_MS;
  const all = Object.entries(facts.finished);
  if (!all.some(([, one]) => isOver(one))) return state;
  const left = Object.fromEntries(all.filter(([, one]) => !isOver(one))) as ChargerFacts['finished'];
  return { ...state, facts: { ...facts, finished: left } };
}

/** When it is to be written again although nothing has happened. */
function refreshAtMs(state: MirrorState, facts: ChargerFacts): number {
  const isRunning = Object.keys(facts.sessions).length > 0;
  return state.lastWriteAtMs + (isRunning ? RUNNING_REFRESH_MS : IDLE_REFRESH_MS);
}

/** When FINISHED ends or the next refresh is due; null: never by itself. */
function nextByItself(state: MirrorState): number | null {
  const { facts } = state;
  if (facts === null) return null;
  const ends = Object.values(facts.finished).flatMap((one) =>
    one.shownAtMs === null ? [] : [one.shownAtMs + FINISHED_MS],
  );
  return Math.min(refreshAtMs(state, facts), ...ends);
}

function decide(state: MirrorState, { atMs, uid }: StepContext): Step {
  // Its answer decides what is next.
  if (state.writing !== null) return { state, write: null, wakeAtMs: null };
  const { facts, acknowledged } = state;
  if (atMs < state.notBeforeMs) return { state: { ...state, pending: true }, write: null, wakeAtMs: state.notBeforeMs };
  const document = facts === null ? null : chargerDocument(facts, uid, atMs);
  const isRefresh = facts !== null && atMs >= refreshAtMs(state, facts);
  if (gist(document) === gist(acknowledged) && !isRefresh)
    return { state: { ...state, pending: false }, write: null, wakeAtMs: nextByItself(state) };
  const pauseMs = stateGist(document) === stateGist(acknowledged) ? READING_PAUSE_MS : STATE_PAUSE_MS;
  const dueAtMs = state.lastWriteAtMs + pauseMs;
  if (atMs < dueAtMs) return { state: { ...state, pending: true }, write: null, wakeAtMs: dueAtMs };
  return {
    state: { ...state, writing: { document }, lastWriteAtMs: atMs, pending: true },
    write: { document, facts },
    wakeAtMs: null,
  };
}

function assertNever(event: never): never {
  throw new Error(`no such event: ${JSON.stringify(event)}`);
}
