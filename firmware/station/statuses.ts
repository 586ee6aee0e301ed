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

/** From snapshots and the reader's health to statuses of connectors and of connector 0. */
export interface Statuses {
  /** Gives the one before it. */
  snapshot(snapshot: ConnectorSnapshot): ConnectorSnapshot | null;
  reader(health: Health): void;
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

  return {
    chargePoint,
    reader(health) {
      reader = health;
      chargePoint();
    },
    snapshot(snapshot) {
      const before = connectors.update(snapshot);
      const { connectorId, status, errorCode, info, vendorId, vendorErrorCode, at } = snapshot;
      options.report({ connectorId, status, errorCode, info, vendorId, vendorErrorCode }, at);
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
