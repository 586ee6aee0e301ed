import type { Clock, Health, Unsubscribe } from '../interfaces.js';
import { createListeners } from './listeners.js';

/** Holds a part's health and tells listeners when it changes. */
export interface HealthKeeper {
  readonly health: Health;
  ok(): void;
  starting(): void;
  /** A failure with the same reason is not announced again and keeps its `sinceMs`. */
  failed(reason: string, fix: string): void;
  onHealth(listener: (health: Health) => void): Unsubscribe;
}

export function createHealthKeeper(clock: Clock): HealthKeeper {
  let health: Health = { state: 'starting', sinceMs: clock.monotonicMs() };
  const listeners = createListeners<Health>();
  const become = (next: Health): void => {
    health = next;
    listeners.emit(next);
  };
  return {
    get health() {
      return health;
    },
    ok() {
      if (health.state !== 'ok') become({ state: 'ok', sinceMs: clock.monotonicMs() });
    },
    starting() {
      if (health.state !== 'starting') become({ state: 'starting', sinceMs: clock.monotonicMs() });
    },
    failed(reason, fix) {
      if (health.state === 'failed' && health.reason === reason) return;
      const sinceMs = health.state === 'failed' ? health.sinceMs : clock.monotonicMs();
      become({ state: 'failed', sinceMs, reason, fix });
    },
    onHealth: listeners.add,
  };
}
