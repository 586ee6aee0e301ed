import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../api/problem.js';
import type { SignIn } from '../api/sign-in.js';
import { loginRoutes } from './login.js';
import { sendPage, themeOf } from './page.js';
import { CLIENT_PAGES, FAVICON } from './shared/navigation.js';
import { clientAssets, renderPage } from './shell.js';

export interface PageContext {
  app: FastifyInstance;
  signIn: SignIn;
  version: string;
  /** Where charge points can connect, `ws://host:port/ocpp/` without the id. */
  ocppUrls: (request: FastifyRequest) => string[];
}

/** Security headers of every answer. `connect-src 'self'` covers the event stream. */
export function securityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'content-security-policy':
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
      'x-content-type-options': 'nosniff',
      // Not no-referrer: browsers would send `Origin: null` with our own forms, which are then refused as foreign.
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    });
  });
}

function staticRoutes(app: FastifyInstance): void {
  app.get<{ Params: { name: string } }>(
    '/assets/:name',
    { config: { public: true }, logLevel: 'warn' },
    (request, reply) => {
      const asset = clientAssets()?.files.get(request.params.name);
      if (asset === undefined) throw new Problem('not_found', 'There is no such file; reload the page.');
      const gzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
      if (gzip) void reply.header('content-encoding', 'gzip');
      return reply
        .type(asset.contentType)
        .header('cache-control', 'public, max-age=31536000, immutable')
        .header('vary', 'accept-encoding')
        .send(gzip ? asset.gzip : asset.bytes);
    },
  );
  app.get('/favicon.svg', { config: { public: true }, logLevel: 'warn' }, (_request, reply) =>
    reply.type('image/svg+xml').header('cache-control', 'public, max-age=86400').send(FAVICON),
  );
}

/** The pages: a server-rendered shell each; what lives in it is drawn by web/client. */
export function registerPages(context: PageContext): void {
  const { app, version, ocppUrls } = context;
  staticRoutes(app);
  loginRoutes(app, context.signIn);
  for (const { url, current, title } of CLIENT_PAGES) {
    app.get(url, { config: { page: true } }, (request, reply) =>
      sendPage(
        reply,
        renderPage({
          title,
          current,
          theme: themeOf(request),
          facts: { version, ocppUrls: ocppUrls(request), nowMs: Date.now() },
        }),
      ),
    );
  }
}
