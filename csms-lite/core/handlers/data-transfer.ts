import { isAnomalyTransfer } from '../anomalies/told.js';
import { requiredText, text } from '../payload.js';
import type { Handler } from './handler.js';

/** DataTransfer.req (1.6 §4.3). Kept; of all vendors' messages only our own charge points' anomalies mean something to us. */
export const dataTransfer: Handler = async ({ core, stationId, receivedAtMs, payload }) => {
  const vendorId = requiredText(payload, 'vendorId');
  const messageId = text(payload, 'messageId');
  const data = text(payload, 'data');
  await core.store.write((db) =>
    db
      .insertInto('data_transfer')
      .values({
        station_id: stationId,
        received_at_ms: receivedAtMs,
        vendor_id: vendorId,
        message_id: messageId,
        data,
      })
      .execute(),
  );
  if (!isAnomalyTransfer(vendorId, messageId)) return { status: 'UnknownVendorId' };
  return { status: core.anomalies.told(stationId, data, receivedAtMs) ? 'Accepted' : 'Rejected' };
};
