import { type AnomalyFinding, anomalyFigures } from '@tapwatt/ocpp/anomaly/index.js';
import type { Fault } from '../domain/records.js';

/** vendorId of everything that is ours on the wire. */
export const VENDOR_ID = 'Tapwatt';

/**
 * Current that cannot be switched off is the one anomaly that makes a connector Faulted (README: why). PowerSwitchFailure
 * is "failure to control power switch" (1.6 §7.6).
 */
export function stuckOnFault(finding: AnomalyFinding): Fault {
  return {
    errorCode: 'PowerSwitchFailure',
    info: anomalyFigures(finding),
    vendorId: VENDOR_ID,
    vendorErrorCode: finding.kind,
  };
}
