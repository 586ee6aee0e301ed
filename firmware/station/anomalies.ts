import {
  ANOMALY_KINDS,
  type AnomalyFinding,
  type AnomalyKind,
  anomalyFigures,
  anomalyName,
} from '@tapwatt/ocpp/anomaly/index.js';
import type { DataTransferRequest, DataTransferResponse } from '@tapwatt/ocpp/v16';
import type { ActiveAnomaly } from '../anomaly/currentWatch.js';
import { VENDOR_ID } from '../anomaly/stuckOnFault.js';
import type { Stamp } from '../domain/stamp.js';
import type { Events } from './events.js';
import type { Warning } from './statuses.js';

export interface AnomaliesOptions {
  events: Events;
  wallMs: (at: Stamp) => number;
  isOnline: () => boolean;
  /** DataTransfer to the central system; null when it was not answered. */
  send: (request: DataTransferRequest) => Promise<DataTransferResponse | null>;
  /** Shows it in StatusNotification, as a warning; null: there is none any more. */
  warn: (connectorId: number, warning: Warning | null, at: Stamp) => void;
  failed: (error: unknown, doing: string) => void;
}

/** Tells people and the central system what main sees in the currents. */
export interface Anomalies {
  /** Everything that is there now at a connector. */
  take(connectorId: number, active: readonly ActiveAnomaly[], at: Stamp): void;
  /** The connection or the registration has changed: what is owed may go now. */
  update(): void;
}

interface Known {
  finding: AnomalyFinding;
  since: Stamp;
}

const key = (connectorId: number, kind: AnomalyKind): string => `${connectorId} ${kind}`;

export function createAnomalies(options: AnomaliesOptions): Anomalies {
  const { events } = options;
  const known = new Map<string, Known>();
  /** By connector and kind: the latest counts, what came before it is no news any more. */
  const owed = new Map<string, DataTransferRequest>();
  /** The central system does not know our vendorId or this message: it is not told again on this connection. */
  let understands = true;
  let sending = false;

  const owe = (connectorId: number, { finding, since }: Known, state: 'detected' | 'cleared', at: Stamp): void => {
    // It follows what the central system said itself, and test suites take a message that they did not expect for a fault.
    if (finding.commanded) return;
    const iso = (stamp: Stamp): string => new Date(options.wallMs(stamp)).toISOString();
    const data = JSON.stringify({ connectorId, state, at: iso(at), from: iso(since), ...finding });
    owed.set(key(connectorId, finding.kind), { vendorId: VENDOR_ID, messageId: 'Anomaly', data });
  };

  const flush = async (): Promise<void> => {
    if (sending) return;
    sending = true;
    try {
      while (options.isOnline() && understands) {
        const [next] = owed;
        if (next === undefined) return;
        const [what, request] = next;
        const answer = await options.send(request);
        // Not answered: told again after the next connection.
        if (answer === null) return;
        if (answer.status === 'UnknownVendorId' || answer.status === 'UnknownMessageId') understands = false;
        else if (owed.get(what) === request) owed.delete(what);
      }
    } finally {
      sending = false;
    }
  };
  const update = (): void => void flush().catch((error: unknown) => options.failed(error, 'telling an anomaly'));

  return {
    take(connectorId, active, at) {
      for (const kind of ANOMALY_KINDS) {
        const now = active.find(({ finding }) => finding.kind === kind);
        const before = known.get(key(connectorId, kind));
        if (now !== undefined && before === undefined) {
          const { finding } = now;
          known.set(key(connectorId, kind), now);
          owe(connectorId, now, 'detected', at);
          const words = `${anomalyName(kind)}${finding.commanded ? ', as commanded' : ''}: ${anomalyFigures(finding)}`;
          events.tell('AnomalyDetected', `Connector ${connectorId}: ${words}`, { connectorId, data: { ...finding } });
        } else if (now === undefined && before !== undefined) {
          known.delete(key(connectorId, kind));
          owe(connectorId, before, 'cleared', at);
          events.tell('AnomalyCleared', `Connector ${connectorId}: over: ${anomalyName(kind)}`, {
            connectorId,
            data: { kind },
          });
        }
      }
      options.warn(connectorId, warningOf(active), at);
      update();
    },
    update() {
      if (!options.isOnline()) understands = true;
      update();
    },
  };
}

/**
 * The worst first: StatusNotification has room for one. A current that goes up and down as it was told to is no error of
 * the connector: its sessions are just short.
 */
const WORST_FIRST: readonly AnomalyKind[] = ['stuck-on', 'runaway', 'silence', 'drift', 'oscillation'];

function warningOf(active: readonly ActiveAnomaly[]): Warning | null {
  for (const kind of WORST_FIRST) {
    const found = active.find(({ finding }) => finding.kind === kind && !finding.commanded);
    if (found !== undefined) return { info: anomalyFigures(found.finding), vendorId: VENDOR_ID, vendorErrorCode: kind };
  }
  return null;
}
