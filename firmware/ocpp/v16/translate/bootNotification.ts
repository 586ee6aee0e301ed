import type { BootNotificationRequest } from '@tapwatt/ocpp/v16';
import type { ChargePointConfig } from '../../../config/config.js';

/** BootNotification.req (1.6 §6.3); what is not configured is left out. */
export function bootNotification(identity: ChargePointConfig['identity']): BootNotificationRequest {
  return {
    chargePointVendor: identity.vendor,
    chargePointModel: identity.model,
    ...(identity.chargePointSerialNumber === null ? {} : { chargePointSerialNumber: identity.chargePointSerialNumber }),
    ...(identity.chargeBoxSerialNumber === null ? {} : { chargeBoxSerialNumber: identity.chargeBoxSerialNumber }),
    firmwareVersion: identity.firmwareVersion,
    ...(identity.iccid === null ? {} : { iccid: identity.iccid }),
    ...(identity.imsi === null ? {} : { imsi: identity.imsi }),
    ...(identity.meterType === null ? {} : { meterType: identity.meterType }),
    ...(identity.meterSerialNumber === null ? {} : { meterSerialNumber: identity.meterSerialNumber }),
  };
}
