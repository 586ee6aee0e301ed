import type { FirebaseStatus } from '../../firebase/service.js';
import { type ApiContext, documented } from '../context.js';
import { isoTime } from '../present.js';

const timestamp = { type: ['string', 'null'], format: 'date-time' };
const firebaseSchema = {
  type: 'object',
  required: ['configured'],
  properties: {
    configured: { type: 'boolean', description: 'false: the other members are absent' },
    databaseUrl: { type: 'string' },
    isLinked: { type: 'boolean' },
    pending: { type: 'integer', description: 'charge points whose newest state is not acknowledged' },
    writes: { type: 'integer', description: 'acknowledged since start' },
    refusals: { type: 'integer', description: 'since start' },
    lastWriteAt: timestamp,
    lastError: {
      type: ['object', 'null'],
      properties: { at: { type: 'string', format: 'date-time' }, message: { type: 'string' } },
    },
  },
};

/** As `GET /firebase`. */
export type FirebaseView =
  | { configured: false }
  | (Omit<FirebaseStatus, 'lastWriteAtMs' | 'lastError'> & {
      configured: true;
      lastWriteAt: string | null;
      lastError: { at: string; message: string } | null;
    });

export function presentFirebase(status: FirebaseStatus | null): FirebaseView {
  if (status === null) return { configured: false };
  const { lastWriteAtMs, lastError, ...rest } = status;
  return {
    configured: true,
    ...rest,
    lastWriteAt: lastWriteAtMs === null ? null : isoTime(lastWriteAtMs),
    lastError: lastError === null ? null : { at: isoTime(lastError.atMs), message: lastError.message },
  };
}

/** How the copy in the Realtime Database stands. */
export function firebaseRoutes({ app, firebase }: ApiContext): void {
  app.get(
    '/firebase',
    documented({
      summary: 'how the copy of the charge points’ states in Firebase stands',
      tags: ['server'],
      response: { 200: firebaseSchema },
    }),
    () => presentFirebase(firebase?.status() ?? null),
  );
}
