import { commit } from '../commit.js';
import { requiredInteger, requiredText, text } from '../payload.js';
import { toConnector } from '../stations/view.js';
import { readOcppTime } from '../time.js';
import type { Handler } from './handler.js';

/**
 * StatusNotification.req (1.6 §4.9). May come before the boot's answer; the order of arrival counts, not the
 * timestamps, because a clock that was just set makes newer ones look older.
 */
export const statusNotification: Handler = async ({ core, stationId, receivedAtMs, payload }) => {
  const connectorId = requiredInteger(payload, 'connectorId');
  const time = readOcppTime(payload.timestamp, receivedAtMs);
  if (payload.timestamp !== undefined && time.readable) core.clocks.observe(stationId, time.atMs, receivedAtMs);
  const status = {
    status: requiredText(payload, 'status'),
    error_code: text(payload, 'errorCode') ?? 'NoError',
    info: text(payload, 'info'),
    vendor_id: text(payload, 'vendorId'),
    vendor_error_code: text(payload, 'vendorErrorCode'),
  };
  const current = { ...status, status_at_ms: time.atMs, status_received_at_ms: receivedAtMs };
  const running = await core.sessions.activeOn(stationId, connectorId);
  await commit(
    core,
    async (db, announce) => {
      await db
        .insertInto('connector_status_log')
        .values({
          ...status,
          station_id: stationId,
          connector_id: connectorId,
          at_ms: time.atMs,
          received_at_ms: receivedAtMs,
        })
        .execute();
      const row = await db
        .insertInto('connector')
        .values({ ...current, station_id: stationId, connector_id: connectorId, evse_id: null })
        .onConflict((conflict) => conflict.columns(['station_id', 'connector_id']).doUpdateSet(current))
        .returningAll()
        .executeTakeFirstOrThrow();
      const connector = toConnector(row, running?.row.id ?? null);
      announce({ type: 'connector.status', chargePointId: stationId, connector });
    },
    () => core.settleIdle(stationId, connectorId),
  );
  return {};
};
