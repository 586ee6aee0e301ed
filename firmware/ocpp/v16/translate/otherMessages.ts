import type { OwedMessage } from '../../../station/journal/outbox-types.js';
import { timestamp } from './timestamp.js';

/**
 * The request for an owed message that belongs to no transaction; null for a kind that nobody knows.
 * SecurityEventNotification gets its time here, at the moment of sending: by then it may be known better.
 */
export function otherRequest({ content, time }: OwedMessage): { action: string; payload: object } | null {
  if (content.t !== 'Other' || typeof content.body !== 'object' || content.body === null) return null;
  switch (content.type) {
    case 'SecurityEventNotification':
      return { action: content.type, payload: { ...content.body, timestamp: timestamp(time.ms) } };
    case 'DiagnosticsStatusNotification':
    case 'LogStatusNotification':
    case 'FirmwareStatusNotification':
    case 'SignedFirmwareStatusNotification':
      return { action: content.type, payload: content.body };
    default:
      return null;
  }
}
