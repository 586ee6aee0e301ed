import type { Csms, LogSink } from '../core/services.js';
import type { KeptDocument } from './book.js';
import { type ChargerDocument, type ChargerFacts, stateGist } from './document.js';
import { chargerKey } from './key.js';
import { initialState, type MirrorEvent, type Step, step } from './mirror.js';
import type { RealtimeDatabase } from './port.js';
import { type ViewSource, withViews } from './view.js';

/** What every charge point's shell works with. */
export interface ChargerShell {
  csms: ViewSource & Pick<Csms, 'firebaseBook' | 'settings'>;
  database: RealtimeDatabase;
  nowMs: () => number;
  random: () => number;
  log: LogSink;
  /** Writes of many chargers come one after the other, so that none holds up the event loop for long. */
  turn: () => Promise<void>;
  onWritten(atMs: number): void;
  onRefused(chargePointId: string, message: string): void;
}

/** The shell around one charge point's machine: its timer, its writes, its memory. */
export interface MirroredCharger {
  take(event: MirrorEvent): void;
  isPending(): boolean;
  /** null: nothing is on its way. */
  writingSinceMs(): number | null;
  /** Nothing is written any more; waits for what it is remembering. */
  close(): Promise<void>;
}

export function createCharger(
  shell: ChargerShell,
  chargePointId: string,
  facts: ChargerFacts | null,
  kept: KeptDocument | null,
): MirroredCharger {
  const { csms, database, nowMs, log } = shell;
  const key = chargerKey(chargePointId);
  let state = initialState(facts, kept);
  let timer: NodeJS.Timeout | null = null;
  let sinceMs: number | null = null;
  let keptStates = stateGist(kept?.document ?? null);
  let remembering: Promise<void> = Promise.resolve();
  let isClosed = false;

  const take = (event: MirrorEvent): void => {
    if (isClosed) return;
    const atMs = nowMs();
    const next: Step = step(state, event, { atMs, uid: csms.settings.get().firebaseUid });
    state = next.state;
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (next.wakeAtMs !== null) {
      timer = setTimeout(() => take({ t: 'time' }), Math.max(1, next.wakeAtMs - atMs));
      timer.unref();
    }
    if (next.write !== null) void write(next.write, atMs);
  };

  const write = async (what: NonNullable<Step['write']>, madeAtMs: number): Promise<void> => {
    sinceMs = madeAtMs;
    let outcome: MirrorEvent = { t: 'written' };
    try {
      await shell.turn();
      if (isClosed) return;
      const { document, facts: made } = what;
      const whole = document === null || made === null ? null : await withViews(csms, document, made, madeAtMs);
      await database.set(key, whole);
      shell.onWritten(nowMs());
      remembering = remember(document, madeAtMs);
      await remembering;
    } catch (error) {
      outcome = { t: 'refused', random: shell.random() };
      shell.onRefused(chargePointId, error instanceof Error ? error.message : String(error));
    }
    sinceMs = null;
    take(outcome);
  };

  /** Readings are not worth a commit: after a restart they are written anyway. */
  const remember = async (document: ChargerDocument | null, madeAtMs: number): Promise<void> => {
    const states = stateGist(document);
    if (states === keptStates) return;
    try {
      if (document === null) await csms.firebaseBook.forget(chargePointId);
      else await csms.firebaseBook.keep({ chargePointId, document, madeAtMs, acknowledgedAtMs: nowMs() });
      keptStates = states;
    } catch (error) {
      // It is written once more after a restart, which does no harm.
      log.error({ err: error, chargePointId }, 'what Firebase has acknowledged could not be kept');
    }
  };

  return {
    take,
    isPending: () => state.pending,
    writingSinceMs: () => sinceMs,
    async close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await remembering;
    },
  };
}
