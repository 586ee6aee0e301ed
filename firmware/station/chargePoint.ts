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
  /** A tag of which the central system says other than the local list (§3.5.2); null for none. */
  conflict: string | null;
}): StatusReport {
  const { reader, conflict } = facts;
  return {
    connectorId: 0,
    status: facts.operative || facts.inSession ? 'Available' : 'Unavailable',
    ...warning(reader, conflict),
    vendorId: null,
    vendorErrorCode: null,
  };
}

function warning(reader: Health | null, conflict: string | null): Pick<StatusReport, 'errorCode' | 'info'> {
  if (reader?.state === 'failed') return { errorCode: 'ReaderFailure', info: reader.reason };
  if (conflict !== null) return { errorCode: 'LocalListConflict', info: conflict };
  return { errorCode: 'NoError', info: null };
}
