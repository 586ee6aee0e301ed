import type { DomainEvent } from '../threads/messages.js';
import type { Refusal } from './refusal.js';

/** Tells people what happens: GET /events, `tapwatt status --watch`, and the journal's ring for diagnostics. */
export interface Events {
  tell(type: string, message: string, details?: { connectorId?: number; data?: Record<string, unknown> }): void;
  /** Card or remote start turned down; the hint is in the event's data. */
  refused(idTag: string, refusal: Refusal, connectorId?: number): void;
}

export function createEvents(nowMs: () => number, emit: (event: DomainEvent) => void): Events {
  const tell: Events['tell'] = (type, message, { connectorId, data } = {}) => {
    emit({
      at: new Date(nowMs()).toISOString(),
      type,
      ...(connectorId === undefined ? {} : { connectorId }),
      message,
      ...(data === undefined ? {} : { data }),
    });
  };
  return {
    tell,
    refused(idTag, { reason, message, hint }, connectorId) {
      tell('CardRefused', `Card ${idTag} was refused: ${message}. ${hint}`, {
        ...(connectorId === undefined ? {} : { connectorId }),
        data: { idTag, reason, hint },
      });
    },
  };
}
