import type { Kysely } from 'kysely';
import type { Database } from '../../store/schema.js';
import { ENERGY_REGISTER } from '../metering/normalise.js';
import { readRegister, startRegister } from '../metering/register.js';
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
  const readings = await db
    .selectFrom('meter_reading')
    .select(['at_ms', 'value'])
    .where('tx_id', '=', row.id)
    .where('measurand', '=', ENERGY_REGISTER)
    .where('phase', 'is', null)
    .where('value', 'is not', null)
    .orderBy('at_ms')
    .orderBy('received_at_ms')
    .execute();
  let register = startRegister(row.meter_start_wh);
  let endedAtMs = row.started_at_ms;
  for (const { at_ms, value } of readings) {
    if (value === null) continue;
    if (close.notAboveWh !== undefined && close.notAboveWh >= row.meter_start_wh && value > close.notAboveWh) continue;
    register = readRegister(register, value, at_ms);
    endedAtMs = Math.max(endedAtMs, at_ms);
  }
  if (close.notAfterMs !== undefined) endedAtMs = Math.min(endedAtMs, Math.max(close.notAfterMs, row.started_at_ms));
  const flags = flagsOf(row);
  if (register.wentBackwards) flags.push('register-backwards');
  return await db
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
}
