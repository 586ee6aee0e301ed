import type { FastifyInstance } from 'fastify';
import type { Csms } from '../../core/services.js';
import type { Registry } from '../../metrics/registry.js';
import { documented } from '../context.js';

const tags = ['server'];

/** For supervisors and Prometheus, at the root where they look: `/healthz`, `/readyz`, `/metrics`. */
export function operationRoutes(app: FastifyInstance, csms: Csms, registry: Registry): void {
  let isStopping = false;
  app.addHook('preClose', () => {
    isStopping = true;
  });
  const status = { type: 'object', properties: { status: { type: 'string' } } };

  app.get(
    '/healthz',
    {
      ...documented({ summary: 'the process answers', tags, response: { 200: status } }),
      config: { public: true },
      logLevel: 'warn',
    },
    () => ({ status: 'ok' }),
  );

  app.get(
    '/readyz',
    {
      ...documented({
        summary: 'the database answers and the server is not stopping',
        tags,
        response: { 200: status, 503: status },
      }),
      config: { public: true },
      logLevel: 'warn',
    },
    async (request, reply) => {
      if (isStopping) return reply.code(503).send({ status: 'stopping' });
      try {
        await csms.figures();
      } catch (error) {
        request.log.error({ err: error }, 'not ready');
        return reply.code(503).send({ status: 'database' });
      }
      return { status: 'ok' };
    },
  );

  app.get(
    '/metrics',
    {
      ...documented({
        summary: 'figures in Prometheus’ text format',
        tags,
        response: { 200: { description: 'text/plain; version=0.0.4', type: 'string' } },
      }),
      logLevel: 'warn',
    },
    async (_request, reply) => {
      const text = await registry.text();
      return reply.type('text/plain; version=0.0.4; charset=utf-8').serializer(String).send(text);
    },
  );
}
