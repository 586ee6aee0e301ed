import type { Health } from '@tapwatt/hal';
import type { ConnectorSnapshot } from '../domain/records.js';
import type { Stamp } from '../domain/stamp.js';
import type { StatusReport } from '../ocpp/v16/translate/statusNotification.js';
import type { Availability } from './availability.js';
import { chargePointStatus } from './chargePoint.js';
import type { ConnectorRegistry } from './connectors.js';
import type { Events } from './events.js';
import type { LocalAuthorizationList } from './localList.js';

export interface StatusesOptions {
  connectors: ConnectorRegistry;
  availability: Pick<Availability, 'isOperative'>;
  localList: Pick<LocalAuthorizationList, 'conflict'>;
  events: Events;
  stamp: () => Stamp;
  /** To the central system. */
  report: (report: StatusReport, at: Stamp) => void;
}

/** A condition that does not stop charging: StatusNotification with a status other than Faulted (1.6 §4.9). */
export type Warning = Pick<StatusReport, 'info' | 'vendorId' | 'vendorErrorCode'>;

/** From snapshots and the reader's health to statuses of connectors and of connector 0. */
export interface Statuses {
  /** Gives the one before it. */
  snapshot(snapshot: ConnectorSnapshot): ConnectorSnapshot | null;
  reader(health: Health): void;
  /** Shown as OtherError for as long as the connector has no error of its own; null: not any more. */
  warn(connectorId: number, warning: Warning | null, at: Stamp): void;
  /** Something that connector 0's status depends on may have changed. */
  chargePoint(): void;
}

export function createStatuses(options: StatusesOptions): Statuses {
  const { connectors, events } = options;
  let reader: Health | null = null;

  const chargePoint = (): void => {
    const inSession = connectors.ids.some((id) => connectors.snapshot(id)?.transaction);
    options.report(
      chargePointStatus({
        operative: options.availability.isOperative(0),
        inSession,
        reader,
        conflict: options.localList.conflict,
      }),
      options.stamp(),
    );
  };

  const warnings = new Map<number, Warning>();
  const report = (snapshot: ConnectorSnapshot, at: Stamp): void => {
    const { connectorId, status, errorCode, info, vendorId, vendorErrorCode } = snapshot;
    const warning = errorCode === 'NoError' ? warnings.get(connectorId) : undefined;
    if (warning === undefined) options.report({ connectorId, status, errorCode, info, vendorId, vendorErrorCode }, at);
    else options.report({ connectorId, status, errorCode: 'OtherError', ...warning }, at);
  };

  return {
    chargePoint,
    warn(connectorId, warning, at) {
      if (warning === null) warnings.delete(connectorId);
      else warnings.set(connectorId, warning);
      const snapshot = connectors.snapshot(connectorId);
      if (snapshot != null) report(snapshot, at);
    },
    reader(health) {
      reader = health;
      chargePoint();
    },
    snapshot(snapshot) {
      const before = connectors.update(snapshot);
      const { connectorId, status, errorCode } = snapshot;
      report(snapshot, snapshot.at);
      if (before?.status !== status)
        events.tell(
          'Status',
          `Connector ${connectorId} is ${status}${errorCode === 'NoError' ? '' : ` (${errorCode})`}`,
          { connectorId, data: { status, errorCode } },
        );
      if (((before?.transaction ?? null) === null) !== (snapshot.transaction === null)) chargePoint();
      return before;
    },
  };
}
