import { text } from '../payload.js';
import { announceStation } from '../stations/view.js';
import { ocppTime } from '../time.js';
import type { Handler } from './handler.js';

/** BootNotification.req (1.6 §4.2). A charge point that was let in at the upgrade is accepted. */
export const bootNotification: Handler = async ({ core, stationId, receivedAtMs, payload }) => {
  await core.store.write((db) =>
    db
      .updateTable('station')
      .set({
        vendor: text(payload, 'chargePointVendor'),
        model: text(payload, 'chargePointModel'),
        serial_number: text(payload, 'chargePointSerialNumber') ?? text(payload, 'chargeBoxSerialNumber'),
        firmware_version: text(payload, 'firmwareVersion'),
        iccid: text(payload, 'iccid'),
        imsi: text(payload, 'imsi'),
        meter_type: text(payload, 'meterType'),
        meter_serial_number: text(payload, 'meterSerialNumber'),
        last_boot_at_ms: receivedAtMs,
      })
      .where('id', '=', stationId)
      .execute(),
  );
  await announceStation(core, stationId);
  core.booted(stationId);
  return {
    status: 'Accepted',
    currentTime: ocppTime(core.nowMs()),
    interval: core.settings.get().heartbeatIntervalS,
  };
};
