import { commit } from '../commit.js';
import { requiredText, text } from '../payload.js';
import { readOcppTime } from '../time.js';
import type { Handler } from './handler.js';

/** SecurityEventNotification.req (security white paper §5.15). */
export const securityEventNotification: Handler = async ({ core, stationId, receivedAtMs, payload }) => {
  const time = readOcppTime(payload.timestamp, receivedAtMs);
  if (time.readable) core.clocks.observe(stationId, time.atMs, receivedAtMs);
  await commit(core, async (db, announce) => {
    const row = await db
      .insertInto('security_event')
      .values({
        station_id: stationId,
        type: requiredText(payload, 'type'),
        at_ms: time.atMs,
        received_at_ms: receivedAtMs,
        tech_info: text(payload, 'techInfo'),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    announce({
      type: 'security.event',
      event: {
        id: row.id,
        chargePointId: row.station_id,
        type: row.type,
        atMs: row.at_ms,
        receivedAtMs: row.received_at_ms,
        techInfo: row.tech_info,
      },
    });
  });
  return {};
};
