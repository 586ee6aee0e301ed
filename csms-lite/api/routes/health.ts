import { type ApiContext, documented } from '../context.js';

/** Liveness: answers without a token, touches no database. */
export function healthRoutes({ app, version, startedAtMs }: ApiContext): void {
  app.get(
    '/health',
    {
      ...documented({
        summary: 'liveness',
        tags: ['server'],
        response: {
          200: {
            type: 'object',
            required: ['status'],
            properties: { status: { const: 'ok' }, version: { type: 'string' }, uptimeS: { type: 'integer' } },
          },
        },
      }),
      config: { public: true },
      logLevel: 'warn',
    },
    () => ({ status: 'ok', version, uptimeS: Math.floor((Date.now() - startedAtMs) / 1000) }),
  );
}
