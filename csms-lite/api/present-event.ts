import type { CsmsEvent, StreamedEvent } from '../core/events.js';
import * as view from './present.js';
import { presentAlarm } from './present-alarm.js';
import { presentAnomaly } from './present-anomaly.js';

/** What the event stream sends: the event's type, its time, and the resource as the API shows it. */
export type EventView = { type: CsmsEvent['type']; at: string } & object;

function assertNever(event: never): never {
  throw new Error(`no view for event ${JSON.stringify(event)}`);
}

function resourceOf(event: CsmsEvent): object {
  switch (event.type) {
    case 'station.updated':
    case 'station.connected':
      return { chargePoint: view.presentStation(event.station) };
    case 'station.disconnected':
      return { chargePoint: view.presentStation(event.station), code: event.code, reason: event.reason };
    case 'station.removed':
      return { chargePointId: event.chargePointId };
    case 'connector.status':
      return { chargePointId: event.chargePointId, connector: view.presentConnector(event.connector) };
    case 'transaction.started':
    case 'transaction.metered':
    case 'transaction.stopped':
      return { transaction: view.presentTransaction(event.transaction) };
    case 'command.updated':
      return { command: view.presentCommand(event.command) };
    case 'reservation.updated':
      return { reservation: view.presentReservation(event.reservation) };
    case 'tag.updated':
      return { tag: view.presentTag(event.tag) };
    case 'tag.removed':
      return { idTag: event.idTag };
    case 'tag.unknown':
      return { tag: view.presentUnknownTag(event.tag) };
    case 'knock':
      return { knock: view.presentKnock(event.knock) };
    case 'security.event':
      return { event: view.presentSecurityEvent(event.event) };
    case 'file-job.updated':
      return { job: view.presentFileJob(event.job) };
    case 'insights.computed':
      return { computedAt: view.isoTime(event.computedAtMs) };
    case 'anomaly.detected':
    case 'anomaly.cleared':
      return { anomaly: presentAnomaly(event.anomaly) };
    case 'alarm.raised':
    case 'alarm.cleared':
    case 'alarm.acknowledged':
      return { alarm: presentAlarm(event.alarm) };
    default:
      return assertNever(event);
  }
}

export function presentEvent(streamed: StreamedEvent): EventView {
  return { type: streamed.event.type, at: view.isoTime(streamed.atMs), ...resourceOf(streamed.event) };
}
