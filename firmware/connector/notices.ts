import type { LogMessage } from '../threads/messages.js';
import type { ConnectorEvent } from './events.js';
import type { ConnectorState } from './state.js';
import { deriveStatus, transitionCode } from './status.js';

/** What a step is worth telling the log. Pure, like the machine; the shell filters by level. */
export function notices(before: ConnectorState, event: ConnectorEvent, after: ConnectorState): LogMessage[] {
  const lines: LogMessage[] = [];
  const tell = (level: LogMessage['level'], message: string, data: Record<string, unknown> = {}): void => {
    lines.push({ t: 'log', level, message, data });
  };
  const [from, to] = [deriveStatus(before), deriveStatus(after)];
  if (from !== to) tell('debug', `${from} → ${to}`, { transition: transitionCode(from, to), cause: event.t });
  if (event.t === 'power-lost' && after.powerLostMs !== null)
    tell('warn', 'Main took the power away; the transaction is kept and power asked for again');
  if (after.lockFault !== null && after.lockFault !== before.lockFault)
    tell(
      'warn',
      after.lockFault === 'cannot-lock'
        ? 'The cable could not be locked: no transaction. Take the cable out and put it in again'
        : 'The cable could not be unlocked: send UnlockConnector, or open the lock by hand',
    );
  if (event.t === 'timer' && event.name === 'resend' && after.outbox.waiting.length > 0)
    tell('warn', 'The station does not acknowledge: records were sent again', { waiting: after.outbox.waiting.length });
  if (event.t === 'timer' && event.name === 'power-off-answer' && before.phase.t === 'stopping')
    tell('warn', 'Main did not answer power off within 1 s: the transaction ends with the last meter reading');
  if (event.t === 'authorize' && refused(before, after))
    tell('warn', `An authorisation came while ${from} and was not used`, { idTag: event.authorization.idTag });
  return lines;
}

/** Nothing followed from an authorisation. */
function refused(before: ConnectorState, after: ConnectorState): boolean {
  return before.phase === after.phase;
}
