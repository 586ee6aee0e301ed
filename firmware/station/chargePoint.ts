import type { Health } from '@tapwatt/hal';
import type { StatusReport } from '../ocpp/v16/translate/statusNotification.js';

/**
 * The status of connector 0, the charge point itself (1.6 §4.9: Available, Unavailable or Faulted; "no direct
 * connection to the status of the individual Connectors"). A reader that fails is a warning: remote starts still work.
 */
export function chargePointStatus(facts: {
  /** As ChangeAvailability for connector 0 left it. */
  operative: boolean;
  /** A session that still runs puts Unavailable off (§5.2). */
  inSession: boolean;
  reader: Health | null;
}): StatusReport {
  const { reader } = facts;
  const failed = reader?.state === 'failed' ? reader : null;
  return {
    connectorId: 0,
    status: facts.operative || facts.inSession ? 'Available' : 'Unavailable',
    errorCode: failed === null ? 'NoError' : 'ReaderFailure',
    info: failed?.reason ?? null,
    vendorId: null,
    vendorErrorCode: null,
  };
}
