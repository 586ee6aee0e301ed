import type { AnomalyFinding } from '@tapwatt/ocpp/anomaly/kinds.js';

/** Something that a detector has seen in a connector's current, with the figures at its detection, and the worst ones once it is over. */
export interface Anomaly extends AnomalyFinding {
  id: number;
  chargePointId: string;
  connectorId: number;
  /** `csms`: from the meter values that came in. `charge-point`: it has told us (DataTransfer). */
  detectedBy: 'csms' | 'charge-point';
  /** Who sees it now, where it lasts; else who saw it first. */
  seenBy: ('csms' | 'charge-point')[];
  /** Session that was running on the connector: `Transaction.id`; null when none was. */
  transactionId: number | null;
  /** Since when, as far as the window shows: by the charge point's clock where the samples carry it. */
  fromMs: number;
  detectedAtMs: number;
  /** Null: it is still so. */
  clearedAtMs: number | null;
}
