import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiToken, cookieValueOf, findToken, SESSION_COOKIE } from '../api/auth.js';
import { Problem } from '../api/problem.js';
import { escapeHtml } from './html.js';
import { CLIENT_PAGES, FAVICON } from './shared/navigation.js';
import { clientAssets, renderPage } from './shell.js';

export interface PageContext {
  app: FastifyInstance;
  tokens: readonly ApiToken[];
  version: string;
  /** Where charge points can connect, `ws://host:port/ocpp/` without the id. */
  ocppUrls: (request: FastifyRequest) => string[];
}

/** `dark` or `light` where the viewer has chosen: told by a cookie so that the page does not flash. */
export function themeOf(request: FastifyRequest): 'light' | 'dark' | null {
  const theme = /(?:^|;\s*)theme=(light|dark)\b/.exec(request.headers.cookie ?? '')?.[1];
  return theme === 'light' || theme === 'dark' ? theme : null;
}

/** Security headers of every answer. `connect-src 'self'` covers the event stream. */
export function securityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'content-security-policy':
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
  });
}

function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(html);
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

function loginForm(next: string, problem: string | null): string {
  const notice = problem === null ? '' : `<p class="notice fault" role="alert">${escapeHtml(problem)}</p>`;
  return [
    '<form class="panel plain-form" method="post" action="/login"><h1>Sign in</h1>',
    notice,
    '<label class="field">Token<input name="token" type="password" autocomplete="current-password" required autofocus></label>',
    `<input type="hidden" name="next" value="${escapeHtml(next)}">`,
    '<button class="primary">Sign in</button>',
    '<p class="muted">The token that the server was started with, or that it wrote to <code>api-token</code> in its data folder.</p></form>',
  ].join('');
}

/** Only a path on this server: a `next` from elsewhere must not lead away. */
function safeNext(next: string | null | undefined): string {
  return next !== null && next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/';
}

function loginRoutes({ app, tokens }: PageContext): void {
  app.get<{ Querystring: { next?: string } }>('/login', { config: { public: true } }, (request, reply) =>
    sendPage(
      reply,
      renderPage({
        title: 'Sign in',
        current: '',
        bare: true,
        theme: themeOf(request),
        body: loginForm(safeNext(request.query.next), null),
      }),
    ),
  );
  void app.register((form, _options, done) => {
    form.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 4096 },
      (_request, body, next) => next(null, Object.fromEntries(new URLSearchParams(body.toString()))),
    );
    form.post<{ Body: { token?: string; next?: string } | undefined }>(
      '/login',
      { config: { public: true } },
      (request, reply) => {
        const next = safeNext(request.body?.next);
        const token = findToken(tokens, request.body?.token?.trim() ?? '');
        if (token === null) {
          const body = loginForm(next, 'This token is not known.');
          return sendPage(
            reply.code(403),
            renderPage({ title: 'Sign in', current: '', bare: true, theme: themeOf(request), body }),
          );
        }
        const secure = request.protocol === 'https' ? '; Secure' : '';
        return reply
          .header(
            'set-cookie',
            `${SESSION_COOKIE}=${cookieValueOf(token)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000${secure}`,
          )
          .redirect(next, 303);
      },
    );
    done();
  });
}

/** The pages: a server-rendered shell each; what lives in it is drawn by web/client. */
export function registerPages(context: PageContext): void {
  const { app, version, ocppUrls } = context;
  staticRoutes(app);
  if (context.tokens.length > 0) loginRoutes(context);
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
