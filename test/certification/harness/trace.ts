import type { Json, ScriptedPeer } from '../../support/scripted-peer.js';

/**
 * What a charge point said, one short line for each CALL, so that a test can state the whole conversation: order,
 * presence and silence in one comparison.
 */

export interface TracedCall {
  action: string;
  payload: Json;
  atMs: number;
  line: string;
}

/** A line; lines that may come in any order; a line that may be left out. */
export type Step = string | { anyOrder: readonly string[] } | { maybe: string };

export const anyOrder = (...lines: string[]): Step => ({ anyOrder: lines });
export const maybe = (line: string): Step => ({ maybe: line });

/** Say nothing of the case at hand unless a test asks for them. */
export const BESIDE_THE_POINT = ['Heartbeat', 'MeterValues', 'SecurityEventNotification'];

/** CALLs of the charge point since `sinceMs` (`performance.now()`), over all connections, in order. */
export function tracedCalls(connections: readonly ScriptedPeer[], sinceMs: number): TracedCall[] {
  return connections
    .flatMap((peer) => peer.frames)
    .flatMap(({ direction, message, atMs }) => {
      if (direction !== 'in' || atMs < sinceMs || !Array.isArray(message) || message[0] !== 2) return [];
      const action = String(message[2]);
      const payload = (message[3] ?? {}) as Json;
      return [{ action, payload, atMs, line: lineOf(action, payload) }];
    });
}

export function lineOf(action: string, payload: Json): string {
  switch (action) {
    case 'StatusNotification': {
      const error = payload.errorCode === 'NoError' ? '' : ` ${payload.errorCode}`;
      return `Status ${payload.connectorId} ${payload.status}${error}`;
    }
    case 'Authorize':
      return `Authorize ${payload.idTag}`;
    case 'StartTransaction': {
      const reservation = payload.reservationId === undefined ? '' : ` reservation ${payload.reservationId}`;
      return `Start ${payload.connectorId} ${payload.idTag}${reservation}`;
    }
    case 'StopTransaction':
      // "The reason MAY only be omitted in case the reason is Local" (1.6 §4.10).
      return `Stop ${payload.reason ?? 'Local'}`;
    case 'FirmwareStatusNotification':
    case 'SignedFirmwareStatusNotification':
    case 'DiagnosticsStatusNotification':
    case 'LogStatusNotification':
      return `${action.replace('StatusNotification', '')} ${payload.status}`;
    case 'SecurityEventNotification':
      return `Security ${payload.type}`;
    default:
      return action;
  }
}

/** Whether the lines are exactly what the steps say. */
export function fits(lines: readonly string[], steps: readonly Step[]): boolean {
  const [step, ...rest] = steps;
  if (step === undefined) return lines.length === 0;
  if (typeof step === 'string') return lines[0] === step && fits(lines.slice(1), rest);
  if ('maybe' in step) return fits(lines, rest) || (lines[0] === step.maybe && fits(lines.slice(1), rest));
  const { length } = step.anyOrder;
  const same = [...step.anyOrder].sort().join('\n') === lines.slice(0, length).toSorted().join('\n');
  return same && fits(lines.slice(length), rest);
}

/** For messages. */
export function describeSteps(steps: readonly Step[]): string {
  const text = (step: Step): string => {
    if (typeof step === 'string') return step;
    return 'maybe' in step ? `(maybe ${step.maybe})` : `(in any order: ${step.anyOrder.join(' + ')})`;
  };
  return steps.length === 0 ? '  silence' : steps.map((step) => `  ${text(step)}`).join('\n');
}
