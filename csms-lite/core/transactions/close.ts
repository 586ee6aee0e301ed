import type { Kysely } from 'kysely';
import type { Database } from '../../store/schema.js';
import { foldRegister } from '../metering/register.js';
import { settle } from '../wallets/settle.js';
import { storedReadings } from './stored-readings.js';
import { flagsOf, flagsText, type TxRow } from './view.js';

export interface ProvisionalClose {
  closedBy: 'administrator' | 'next-start' | 'after-boot';
  /** OCPP Reason. */
  reason: string;
  /** When it was closed, by our clock. */
  atMs: number;
  /** The session was certainly over by then, charge point's time. */
  notAfterMs?: number;
  /** The register certainly stood no higher at its end. */
  notAboveWh?: number;
}

/**
 * Ends a session without its StopTransaction, with the best end that is known: the last register reading, or the start
 * when there is none. A StopTransaction that comes later replaces all of it. Runs inside a write transaction.
 */
export async function closeProvisionally(db: Kysely<Database>, row: TxRow, close: ProvisionalClose): Promise<TxRow> {
  const { notAboveWh } = close;
  const isPossible = (wh: number): boolean =>
    notAboveWh === undefined || notAboveWh < row.meter_start_wh || wh <= notAboveWh;
  const readings = (await storedReadings(db, row.id)).filter(({ wh }) => isPossible(wh));
  const register = foldRegister(row.meter_start_wh, readings);
  let endedAtMs = Math.max(row.started_at_ms, readings.at(-1)?.atMs ?? 0);
  if (close.notAfterMs !== undefined) endedAtMs = Math.min(endedAtMs, Math.max(close.notAfterMs, row.started_at_ms));
  const flags = flagsOf(row);
  if (register.wentBackwards) flags.push('register-backwards');
  const closed = await db
    .updateTable('tx')
    .set({
      state: 'completed',
      stopped_at_ms: endedAtMs,
      meter_stop_wh: register.lastWh,
      energy_wh: register.energyWh,
      stop_reason: close.reason,
      stop_confirmed: 0,
      closed_by: close.closedBy,
      flags: flagsText([...flags, 'end-estimated']),
    })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return await settle(db, closed, close.atMs);
}
