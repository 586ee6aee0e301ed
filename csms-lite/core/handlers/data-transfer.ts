import { requiredText, text } from '../payload.js';
import type { Handler } from './handler.js';

/** DataTransfer.req (1.6 §4.3). Kept; no vendor's messages mean anything to us, and the answer says so. */
export const dataTransfer: Handler = async ({ core, stationId, receivedAtMs, payload }) => {
  const vendorId = requiredText(payload, 'vendorId');
  await core.store.write((db) =>
    db
      .insertInto('data_transfer')
      .values({
        station_id: stationId,
        received_at_ms: receivedAtMs,
        vendor_id: vendorId,
        message_id: text(payload, 'messageId'),
        data: text(payload, 'data'),
      })
      .execute(),
  );
  return { status: 'UnknownVendorId' };
};
