import { signal } from '@preact/signals';
import type { TransactionView } from '../../../api/present.js';
import { energy, toMs } from '../../shared/format.js';
import { statusLook, type Tone } from '../../shared/status.js';
import type { LiveEvent } from './stream.js';

/** One line of "what just happened". */
export interface TickerLine {
  key: string;
  atMs: number;
  where: string;
  text: string;
  tone: Tone;
  href?: string;
}

const KEEP = 20;
export const ticker = signal<readonly TickerLine[]>([]);

function kWh(session: TransactionView): string {
  const { value, unit } = energy(session.energyWh);
  return `${value} ${unit}`;
}

function startedLine(session: TransactionView): Omit<TickerLine, 'key' | 'atMs'> {
  return {
    where: `${session.chargePointId} · ${session.connectorId}`,
    text: `Session started with ${session.idTag}`,
    tone: 'live',
    href: `/sessions/${session.id}`,
  };
}

function stoppedLine(session: TransactionView): Omit<TickerLine, 'key' | 'atMs'> {
  return {
    where: `${session.chargePointId} · ${session.connectorId}`,
    text: `Session ended, ${kWh(session)}${session.stopReason === null ? '' : ` (${session.stopReason})`}`,
    tone: 'ready',
    href: `/sessions/${session.id}`,
  };
}

/** The event in words; null where it is no news (meter values, records that changed). */
export function lineOf(event: LiveEvent): Omit<TickerLine, 'key' | 'atMs'> | null {
  switch (event.type) {
    case 'station.connected':
      return {
        where: event.chargePoint.id,
        text: `Connected, OCPP ${event.chargePoint.ocppVersion ?? '?'}`,
        tone: 'ready',
      };
    case 'station.disconnected':
      return { where: event.chargePoint.id, text: 'Connection lost', tone: 'fault' };
    case 'connector.status': {
      const look = statusLook(event.connector.status ?? 'Unknown');
      const error = event.connector.errorCode;
      return {
        where: `${event.chargePointId} · ${event.connector.connectorId}`,
        text: error === null || error === 'NoError' ? look.text : `${look.text}: ${error}`,
        tone: look.tone,
      };
    }
    case 'transaction.started':
      return startedLine(event.transaction);
    case 'transaction.stopped':
      return stoppedLine(event.transaction);
    case 'tag.unknown':
      return {
        where: event.tag.lastChargePointId,
        text: `Unknown tag ${event.tag.idTag}`,
        tone: 'wait',
        href: '/tags',
      };
    case 'knock':
      return {
        where: event.knock.chargePointId,
        text: `Refused: ${event.knock.reason}`,
        tone: 'wait',
        href: '/connect',
      };
    case 'command.updated': {
      const { command } = event;
      if (command.status === 'pending') return null;
      const answer = (command.response as { status?: string } | null)?.status ?? command.error?.code ?? 'answered';
      return {
        where: command.chargePointId,
        text: `${command.action}: ${answer}`,
        tone: command.error === null ? 'ready' : 'fault',
      };
    }
    case 'security.event':
      return {
        where: event.event.chargePointId,
        text: `Security: ${event.event.type}`,
        tone: 'wait',
        href: `/stations/${encodeURIComponent(event.event.chargePointId)}/security`,
      };
    case 'file-job.updated':
      return {
        where: event.job.chargePointId,
        text: `${event.job.kind}: ${event.job.status}`,
        tone: /fail/i.test(event.job.status) ? 'fault' : 'ready',
        href: `/stations/${encodeURIComponent(event.job.chargePointId)}/files`,
      };
    case 'reservation.updated':
      return {
        where: `${event.reservation.chargePointId} · ${event.reservation.connectorId}`,
        text: `Reservation for ${event.reservation.idTag}: ${event.reservation.status}`,
        tone: 'hold',
        href: '/reservations',
      };
    case 'anomaly.detected':
    case 'anomaly.cleared': {
      const { anomaly } = event;
      const over = event.type === 'anomaly.cleared';
      return {
        where: `${anomaly.chargePointId} · ${anomaly.connectorId}`,
        text: over ? `Current is normal again: ${anomaly.kind}` : `Current anomaly: ${anomaly.kind}`,
        tone: over ? 'ready' : 'fault',
        href: `/stations/${encodeURIComponent(anomaly.chargePointId)}`,
      };
    }
    case 'alarm.raised':
    case 'alarm.cleared': {
      const { alarm } = event;
      const over = event.type === 'alarm.cleared';
      return {
        where: alarm.subject,
        text: `${over ? 'Alarm over' : 'Alarm'}: ${alarm.title}`,
        tone: over ? 'ready' : 'fault',
        href: '/alarms',
      };
    }
    case 'alarm.acknowledged':
    case 'insights.computed':
    case 'station.updated':
    case 'station.removed':
    case 'transaction.metered':
    case 'tag.updated':
    case 'tag.removed':
      return null;
  }
}

function add(lines: TickerLine[]): void {
  const known = new Set(ticker.value.map((line) => line.key));
  const fresh = lines.filter((line) => !known.has(line.key));
  ticker.value = [...fresh, ...ticker.value].sort((a, b) => b.atMs - a.atMs).slice(0, KEEP);
}

function keyOf(event: LiveEvent, text: string): string {
  if (event.type === 'transaction.started' || event.type === 'transaction.stopped')
    return `${event.type} ${event.transaction.id}`;
  return `${event.at} ${event.type} ${text}`;
}

export function say(event: LiveEvent): void {
  const line = lineOf(event);
  if (line === null) return;
  add([{ ...line, key: keyOf(event, `${line.where} ${line.text}`), atMs: toMs(event.at) ?? 0 }]);
}

/** What happened before this page was opened, as far as the sessions tell. */
export function rememberRecent(sessions: readonly TransactionView[]): void {
  const newest = [...sessions].sort((a, b) => b.startedAt.localeCompare(a.startedAt)).slice(0, 10);
  add(
    newest.flatMap((session) => {
      const stoppedAtMs = toMs(session.stoppedAt);
      const lines: TickerLine[] = [
        { ...startedLine(session), key: `transaction.started ${session.id}`, atMs: toMs(session.startedAt) ?? 0 },
      ];
      if (stoppedAtMs !== null) {
        lines.push({ ...stoppedLine(session), key: `transaction.stopped ${session.id}`, atMs: stoppedAtMs });
      }
      return lines;
    }),
  );
}
