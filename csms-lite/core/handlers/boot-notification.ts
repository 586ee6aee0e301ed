import { commit } from '../commit.js';
import { text } from '../payload.js';
import { stationUpdated } from '../stations/view.js';
import { ocppTime } from '../time.js';
import type { Handler } from './handler.js';

/**
 * BootNotification.req (1.6 §4.2). A charge point that was let in at the upgrade is accepted, unless an operator holds it
 * back: Pending (it is to be set up first) or Rejected, with the time after which it may ask again.
 */
export const bootNotification: Handler = async ({ core, stationId, receivedAtMs, payload }) => {
  const row = await commit(core, async (db, announce) => {
    const updated = await db
      .updateTable('station')
      .set((set) => ({
        vendor: text(payload, 'chargePointVendor'),
        model: text(payload, 'chargePointModel'),
        serial_number: text(payload, 'chargePointSerialNumber') ?? text(payload, 'chargeBoxSerialNumber'),
        firmware_version: text(payload, 'firmwareVersion'),
        iccid: text(payload, 'iccid'),
        imsi: text(payload, 'imsi'),
        meter_type: text(payload, 'meterType'),
        meter_serial_number: text(payload, 'meterSerialNumber'),
        last_boot_at_ms: receivedAtMs,
        boot_status: set.ref('registration_status'),
      }))
      .where('id', '=', stationId)
      .returning(['registration_status', 'registration_interval_s'])
      .executeTakeFirst();
    for (const event of await stationUpdated(core, stationId, db)) announce(event);
    return updated;
  });
  // Forgotten while its message was on its way: it is closed, and may come anew.
  const status = row?.registration_status ?? 'Accepted';
  const { heartbeatIntervalS } = core.settings.get();
  if (status === 'Accepted') core.booted(stationId);
  return {
    status,
    currentTime: ocppTime(core.nowMs()),
    interval: status === 'Accepted' ? heartbeatIntervalS : (row?.registration_interval_s ?? heartbeatIntervalS),
  };
};
