import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route that takes files: its body may take as long as the server's `requestTimeout`. */
    slow?: boolean;
  }
}

/**
 * Ends requests whose body takes longer than `limitMs`, except those of routes with `slow`: a silent client holds a
 * socket for a moment only, and a charge point on a bad line can still upload its log.
 */
export function limitBodyTime(app: FastifyInstance, limitMs: number): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request;
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
    if (hasBody && request.routeOptions.config?.slow !== true) {
      const timer = setTimeout(() => request.raw.destroy(), limitMs);
      timer.unref();
      const clear = (): void => clearTimeout(timer);
      request.raw.once('end', clear);
      request.raw.once('close', clear);
    }
    done();
  });
}
