import { type ApiContext, documented } from '../context.js';
import { presentFirebase } from '../present-firebase.js';

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
