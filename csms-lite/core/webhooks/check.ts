import { ServiceError } from '../errors.js';
import type { CsmsEvent } from '../events.js';
import { isSecret } from './signature.js';
import { checkTarget, TargetRefused } from './targets.js';
import { isWanted } from './webhook-store.js';

/** Every type, so that a misspelt one is told at once; the compiler sees that none is missing. */
const EVENT_TYPES: Record<CsmsEvent['type'], true> = {
  'station.updated': true,
  'station.connected': true,
  'station.disconnected': true,
  'station.removed': true,
  'connector.status': true,
  'transaction.started': true,
  'transaction.metered': true,
  'transaction.stopped': true,
  'command.updated': true,
  'reservation.updated': true,
  'tag.updated': true,
  'tag.removed': true,
  'tag.unknown': true,
  knock: true,
  'security.event': true,
  'file-job.updated': true,
  'insights.computed': true,
  'anomaly.detected': true,
  'anomaly.cleared': true,
  'alarm.raised': true,
  'alarm.cleared': true,
  'alarm.acknowledged': true,
};

/** @throws ServiceError invalid_request: the URL, an event that does not exist, a secret that is none */
export function checkWebhook(
  { url, events, allowPrivate }: { url: string; events: readonly string[]; allowPrivate: boolean },
  secret: string | undefined,
): void {
  const refuse = (message: string, hint: string): never => {
    throw new ServiceError('invalid_request', message, hint);
  };
  try {
    checkTarget(new URL(url), allowPrivate);
  } catch (error) {
    if (!(error instanceof TargetRefused) && !(error instanceof TypeError)) throw error;
    refuse(
      `The webhook’s URL is refused: ${error instanceof TargetRefused ? error.message : 'it cannot be read'}.`,
      'A receiver in your own network needs allowPrivate: true.',
    );
  }
  const types = Object.keys(EVENT_TYPES);
  for (const pattern of events)
    if (!types.some((type) => isWanted([pattern], type)))
      refuse(`No event fits ${pattern}.`, `Events are ${types.join(', ')}; transaction.* takes all of a kind.`);
  if (events.length === 0) refuse('A webhook without events is never called.', 'Give events: ["transaction.*"].');
  if (secret !== undefined && !isSecret(secret))
    refuse('This is no secret.', 'whsec_ and 16 to 64 random bytes in base64; leave it out to have one made.');
}
