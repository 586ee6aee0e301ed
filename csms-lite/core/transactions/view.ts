import type { Selectable } from 'kysely';
import { parseJson } from '../../store/json.js';
import type { TxTable } from '../../store/schema.js';
import type { Core } from '../core.js';
import type { CsmsEvent } from '../events.js';
import type { LiveValues, QualityFlag, Transaction } from '../model.js';

export type TxRow = Selectable<TxTable>;

/** A session as the services show it. `running` is what is known of it beyond its row. */
export function toTransaction(row: TxRow, running: { energyWh: number; live: LiveValues | null } | null): Transaction {
  return {
    id: row.id,
    transactionId: row.transaction_id,
    chargePointId: row.station_id,
    connectorId: row.connector_id,
    idTag: row.id_tag,
    status: row.state,
    startedAtMs: row.started_at_ms,
    startReceivedAtMs: row.start_received_at_ms,
    stoppedAtMs: row.stopped_at_ms,
    stopReceivedAtMs: row.stop_received_at_ms,
    stopReason: row.stop_reason,
    stopIdTag: row.stop_id_tag,
    meterStart: row.meter_start_wh,
    meterStop: row.meter_stop_wh,
    energyWh: row.energy_wh ?? running?.energyWh ?? 0,
    authorization: row.authorization_status,
    reservationId: row.reservation_id,
    commandId: row.command_id,
    closedBy: row.closed_by,
    qualityFlags: flagsOf(row),
    demo: row.demo === 1,
    revision: row.revision,
    live: running?.live ?? null,
  };
}

/** A session that has just ended, with the last momentary values that are known of it. */
export function stoppedEvent(core: Pick<Core, 'sessions'>, row: TxRow): CsmsEvent {
  const live = core.sessions.peek(row.station_id, row.id)?.live ?? null;
  return { type: 'transaction.stopped', transaction: toTransaction(row, { energyWh: row.energy_wh ?? 0, live }) };
}

export function flagsOf(row: Pick<TxRow, 'flags'>): QualityFlag[] {
  return parseJson<QualityFlag[]>(row.flags);
}

/** Sorted and without doubles, as stored. */
export function flagsText(flags: Iterable<QualityFlag>): string {
  return JSON.stringify([...new Set(flags)].sort());
}
