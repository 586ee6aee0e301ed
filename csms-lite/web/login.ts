import type { FastifyInstance } from 'fastify';
import { Problem } from '../api/problem.js';
import type { SignIn } from '../api/sign-in.js';
import { ServiceError } from '../core/errors.js';
import { escapeHtml } from './html.js';
import { sendPage, themeOf } from './page.js';
import { renderPage } from './shell.js';

/** Only a path on this server: a `next` from elsewhere must not lead away. */
function safeNext(next: string | null | undefined): string {
  return next !== null && next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/';
}

function notice(problem: string | null): string {
  return problem === null ? '' : `<p class="notice fault" role="alert">${escapeHtml(problem)}</p>`;
}

function loginForm(next: string, problem: string | null): string {
  return [
    '<form class="panel plain-form" method="post" action="/login"><h1>Sign in</h1>',
    notice(problem),
    '<label class="field">Name<input name="login" autocomplete="username" autofocus></label>',
    '<label class="field">Password<input name="password" type="password" autocomplete="current-password"></label>',
    `<input type="hidden" name="next" value="${escapeHtml(next)}">`,
    '<button class="primary">Sign in</button>',
    '<details><summary>Sign in with a token</summary>',
    '<label class="field">Token<input name="token" type="password" autocomplete="off"></label>',
    '<p class="muted">The token that the server was started with, or that it wrote to <code>api-token</code> in its data folder.</p>',
    '</details></form>',
  ].join('');
}

function setupForm(code: string, problem: string | null): string {
  return [
    '<form class="panel plain-form" method="post" action="/setup"><h1>The first administrator</h1>',
    notice(problem),
    '<label class="field">Name<input name="login" autocomplete="username" required autofocus></label>',
    '<label class="field">Password<input name="password" type="password" autocomplete="new-password" minlength="10" required></label>',
    '<p class="muted">At least 10 characters; a sentence is a good one.</p>',
    `<input type="hidden" name="code" value="${escapeHtml(code)}">`,
    '<button class="primary">Make this account</button></form>',
  ].join('');
}

interface LoginBody {
  login?: string;
  password?: string;
  token?: string;
  next?: string;
}

/** `/login`, `/logout` and the one-time `/setup`: plain HTML that works without JavaScript. */
export function loginRoutes(app: FastifyInstance, signIn: SignIn): void {
  const page = (title: string, body: string, theme: ReturnType<typeof themeOf>): string =>
    renderPage({ title, current: '', bare: true, theme, body });

  app.get<{ Querystring: { next?: string } }>('/login', { config: { public: true } }, (request, reply) =>
    sendPage(reply, page('Sign in', loginForm(safeNext(request.query.next), null), themeOf(request))),
  );
  app.get<{ Querystring: { code?: string } }>('/setup', { config: { public: true } }, async (request, reply) => {
    const code = await signIn.setupCode();
    if (code === null || request.query.code !== code) return reply.redirect('/login', 303);
    return sendPage(reply, page('Set up', setupForm(code, null), themeOf(request)));
  });
  void app.register((form, _options, done) => {
    form.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 4096 },
      (_request, body, next) => next(null, Object.fromEntries(new URLSearchParams(body.toString()))),
    );
    form.post<{ Body: LoginBody | undefined }>('/login', { config: { public: true } }, async (request, reply) => {
      const next = safeNext(request.body?.next);
      const theme = themeOf(request);
      try {
        if (await signIn.enter(request, reply, request.body ?? {})) return reply.redirect(next, 303);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        return sendPage(reply.code(error.status), page('Sign in', loginForm(next, error.message), theme));
      }
      const problem = 'This name and password, or this token, is not known.';
      return sendPage(reply.code(403), page('Sign in', loginForm(next, problem), theme));
    });
    form.post<{ Body: { code?: string; login?: string; password?: string } | undefined }>(
      '/setup',
      { config: { public: true } },
      async (request, reply) => {
        const { code = '', login = '', password = '' } = request.body ?? {};
        try {
          await signIn.setUp(request, reply, { code, login, password });
        } catch (error) {
          if (!(error instanceof ServiceError || error instanceof Problem)) throw error;
          const status = error instanceof Problem ? error.status : error.httpStatus;
          return sendPage(reply.code(status), page('Set up', setupForm(code, error.message), themeOf(request)));
        }
        return reply.redirect('/', 303);
      },
    );
    // Public: without a sign-in there is nothing to end, and SameSite=Strict keeps other sites from ending it.
    form.post('/logout', { config: { public: true } }, async (request, reply) => {
      await signIn.leave(request, reply);
      return reply.redirect('/login', 303);
    });
    done();
  });
}
