import type { Station, Transaction } from '../core/model.js';
import type { KeptDocument } from './book.js';
import type { ChargerFacts, Finished } from './document.js';

/** Whoever charged in a session that the database never heard of waits no longer than this for its end. */
const WAITED_MS = 15 * 60_000;

/**
 * Where the copy of a charge point goes on after a restart. A session that the database still shows running, or that ended
 * after the last acknowledged document was made, is FINISHED first: nobody has seen its end. Pure.
 * @param ended completed sessions of this charge point, in any order
 */
export function resume(
  station: Station,
  running: readonly Transaction[],
  ended: readonly Transaction[],
  kept: KeptDocument | null,
  nowMs: number,
): ChargerFacts {
  const sessions = Object.fromEntries(running.map((one) => [one.connectorId, one]));
  const finished: Record<number, Finished> = {};
  for (const transaction of [...ended].sort((a, b) => endOf(a) - endOf(b))) {
    const { connectorId, id } = transaction;
    if (kept === null || sessions[connectorId] !== undefined || transaction.authorization !== 'Accepted') continue;
    const entry = kept.document.connectors[connectorId];
    const wasShown = entry?.status === 'FINISHED' && entry.session === id;
    const isUnseen = endOf(transaction) >= kept.madeAtMs && nowMs - endOf(transaction) <= WAITED_MS;
    const isOwed = entry?.session === id || isUnseen;
    if (wasShown) finished[connectorId] = { transaction, shownAtMs: kept.acknowledgedAtMs };
    else if (isOwed) finished[connectorId] = { transaction, shownAtMs: null };
  }
  return { station, sessions, finished };
}

/** When we heard of its end. */
function endOf(transaction: Transaction): number {
  return transaction.stopReceivedAtMs ?? transaction.stoppedAtMs ?? 0;
}
