import type { Random } from '../../../support/random.js';
import type { Json } from '../../../support/scripted-peer.js';

/** One message that a charge point owes, in the order in which it came about. */
export interface Owed {
  session: number;
  kind: 'start' | 'meter' | 'stop';
  payload: Json;
}

/** What must be on record at the end. */
export interface ModelSession {
  connectorId: number;
  idTag: string;
  meterStart: number;
  meterStop: number;
  startedAt: string;
  stoppedAt: string;
  reason: string;
  samples: number;
}

/** N sessions on two connectors, one after the other on each, and the messages that tell of them. */
export function modelSessions(
  random: Random,
  count: number,
  baseMs: number,
): { sessions: ModelSession[]; owed: Owed[] } {
  const sessions: ModelSession[] = [];
  const owed: Owed[] = [];
  let register = 1000;
  for (let number = 0; number < count; number += 1) {
    const connectorId = (number % 2) + 1;
    const time = (step: number): string => new Date(baseMs + (number * 20 + step) * 1000).toISOString();
    const meterStart = register;
    const payload = { connectorId, idTag: 'TAG1', meterStart, timestamp: time(0) };
    owed.push({ session: number, kind: 'start', payload });
    const samples = random.integer(0, 3);
    for (let step = 1; step <= samples; step += 1) {
      register += random.integer(0, 50);
      const meterValue = [{ timestamp: time(step), sampledValue: [{ value: String(register) }] }];
      owed.push({ session: number, kind: 'meter', payload: { connectorId, meterValue } });
    }
    register += random.integer(0, 50);
    const reason = random.pick(['Local', 'EVDisconnected', 'PowerLoss', 'Remote']);
    owed.push({ session: number, kind: 'stop', payload: { meterStop: register, timestamp: time(10), reason } });
    sessions.push({
      connectorId,
      idTag: 'TAG1',
      meterStart,
      meterStop: register,
      startedAt: time(0),
      stoppedAt: time(10),
      reason,
      samples,
    });
  }
  return { sessions, owed };
}
