import type { CsmsEvent } from '../events.js';
import type { Anomaly, Connector, Station } from '../model.js';
import type { Seen } from './judge.js';
import type { AlarmRuleName } from './rules.js';

/** What an alarm is about. */
export interface AlarmSubject {
  /** Unique within its rule: `CP-1`, `CP-1/2`, `webhook deliveries`. */
  key: string;
  chargePointId: string | null;
  connectorId: number | null;
}

export interface Observation {
  rule: AlarmRuleName;
  subject: AlarmSubject;
  seen: Seen;
}

/** `removed`: a charge point is no longer known, nothing about it can be wrong. */
export type Reading = { t: 'observed'; observation: Observation } | { t: 'removed'; chargePointId: string };

export function stationSubject(chargePointId: string): AlarmSubject {
  return { key: chargePointId, chargePointId, connectorId: null };
}

/** Of the machine or the server itself. */
export function serverSubject(key: string): AlarmSubject {
  return { key, chargePointId: null, connectorId: null };
}

function connectorSubject(chargePointId: string, connectorId: number, kind = ''): AlarmSubject {
  const key = `${chargePointId}/${connectorId}${kind === '' ? '' : `/${kind}`}`;
  return { key, chargePointId, connectorId };
}

const WELL: Seen = { t: 'well' };

/** A charge point that was never here, or is kept out, is not missed. */
export function observeConnection(station: Station, sinceMs: number, reason = ''): Observation {
  const { id, connected, admission, lastSeenAtMs } = station;
  const isMissed = !connected && admission === 'accepted' && lastSeenAtMs !== null;
  const what = `${id} has no connection${reason === '' ? '' : ` (${reason})`}.`;
  return { rule: 'offline', subject: stationSubject(id), seen: isMissed ? { t: 'bad', sinceMs, what } : WELL };
}

export function observeConnector(chargePointId: string, connector: Connector, sinceMs: number): Observation {
  const { connectorId, status, errorCode, vendorErrorCode, info } = connector;
  const where = connectorId === 0 ? chargePointId : `Connector ${connectorId} of ${chargePointId}`;
  const details = [errorCode, vendorErrorCode, info].filter((text) => text !== null && text !== '');
  const what = `${where} reports Faulted${details.length === 0 ? '' : `: ${details.join(', ')}`}.`;
  return {
    rule: 'faulted',
    subject: connectorSubject(chargePointId, connectorId),
    seen: status === 'Faulted' ? { t: 'bad', sinceMs, what } : WELL,
  };
}

const ANOMALIES: Record<Anomaly['kind'], string> = {
  oscillation: 'The current goes up and down again and again',
  runaway: 'The current stays above its limit',
  'stuck-on': 'Current flows although nobody is charging',
  silence: 'The current is no longer told',
  drift: 'The current stays away from its limit',
};

function observeAnomaly(anomaly: Anomaly, isOver: boolean): Observation {
  const { chargePointId, connectorId, kind, figure, threshold, unit, fromMs } = anomaly;
  const what = `${ANOMALIES[kind]} at connector ${connectorId} of ${chargePointId}, over ${Math.round(anomaly.windowMs / 1000)} s.`;
  return {
    rule: 'anomaly',
    subject: connectorSubject(chargePointId, connectorId, kind),
    seen: isOver ? WELL : { t: 'judged', figure, threshold, unit, sinceMs: fromMs, what },
  };
}

/** What an event tells about alarms; null: nothing. Pure. */
export function readingOf(event: CsmsEvent, atMs: number): Reading | null {
  const observed = (observation: Observation): Reading => ({ t: 'observed', observation });
  switch (event.type) {
    case 'station.connected':
    case 'station.updated':
      return observed(observeConnection(event.station, event.station.lastSeenAtMs ?? atMs));
    case 'station.disconnected': {
      const { code, reason } = event;
      return observed(observeConnection(event.station, atMs, [String(code), reason].join(' ').trim()));
    }
    case 'station.removed':
      return { t: 'removed', chargePointId: event.chargePointId };
    case 'connector.status':
      return observed(observeConnector(event.chargePointId, event.connector, atMs));
    case 'anomaly.detected':
      return observed(observeAnomaly(event.anomaly, false));
    case 'anomaly.cleared':
      return observed(observeAnomaly(event.anomaly, true));
    default:
      return null;
  }
}
