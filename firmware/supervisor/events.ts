import type { Clock } from '@tapwatt/hal';
import type { DomainEvent } from '../threads/messages.js';

/** The stream behind GET /events. */
export interface EventBus {
  emit(event: DomainEvent): void;
  /** An event of the main thread's own, stamped now. */
  tell(type: string, message: string, more?: { connectorId?: number; data?: Record<string, unknown> }): void;
  subscribe(listener: (event: DomainEvent) => void): () => void;
}

export function createEventBus(clock: Clock): EventBus {
  const listeners = new Set<(event: DomainEvent) => void>();
  const emit = (event: DomainEvent): void => {
    for (const listener of [...listeners]) listener(event);
  };
  return {
    emit,
    tell: (type, message, more = {}) => emit({ at: new Date(clock.wallMs()).toISOString(), type, message, ...more }),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
