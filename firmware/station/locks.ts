import { randomUUID } from 'node:crypto';
import type { Clock, Timer } from '@tapwatt/hal';
import type { Stamp } from '../domain/stamp.js';
import type { ConnectorRegistry } from './connectors.js';

type Result = 'Unlocked' | 'UnlockFailed' | 'NotSupported';

export interface LocksOptions {
  connectors: ConnectorRegistry;
  clock: Pick<Clock, 'after'>;
  stamp: () => Stamp;
}

/** UnlockConnector (1.6 §5.18): asks the connector, which ends a running transaction first. */
export interface Locks {
  unlock(connectorId: number): Promise<Result>;
  answered(requestId: string, result: Result): void;
}

/** Ending the transaction and moving the bolt take a few seconds; a connector that says nothing has failed. */
const PATIENCE_MS = 10_000;

export function createLocks(options: LocksOptions): Locks {
  const waiting = new Map<string, { resolve: (result: Result) => void; timer: Timer }>();

  const settle = (requestId: string, result: Result): void => {
    const request = waiting.get(requestId);
    waiting.delete(requestId);
    request?.timer.cancel();
    request?.resolve(result);
  };

  return {
    unlock(connectorId) {
      const requestId = randomUUID();
      return new Promise((resolve) => {
        const timer = options.clock.after(PATIENCE_MS, () => settle(requestId, 'UnlockFailed'));
        waiting.set(requestId, { resolve, timer });
        options.connectors.send(connectorId, { t: 'unlock', requestId, at: options.stamp() });
      });
    },
    answered: settle,
  };
}
