import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessService, Principal } from '../core/access/access-service.js';
import { mayAct, type Role } from '../core/access/roles.js';
import { isLoopbackHost } from '../core/loopback.js';
import { Problem } from './problem.js';

/** A secret of the server's configuration; it may do everything. Its name stands in the audit log. */
export interface ApiToken {
  name: string;
  token: string;
}

export const SESSION_COOKIE = 'csms_lite_session';
/** Readable by our pages' scripts, and by nobody else's: they send it back as a header (double submit). */
export const CSRF_COOKIE = 'csms_lite_csrf';
export const CSRF_HEADER = 'x-csrf-token';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, for the audit log: a token's or a person's name, `dashboard`, or `local` without access control. */
    actor: string;
    /** Null where nobody has proved who they are (public routes). */
    principal: Principal | null;
  }
  interface FastifyContextConfig {
    /** Answers without a token: health, login, static files. */
    public?: boolean;
    /** A page: a person without a token is sent to /login instead of getting a 401. */
    page?: boolean;
    /** Default: `read` for GET and HEAD, `operate` for everything else. */
    role?: Role;
  }
}

export interface GuardOptions {
  /** Of the configuration. */
  tokens: readonly ApiToken[];
  access: AccessService;
  /** Listens on loopback only: without access control then, host names are checked. */
  loopbackOnly: boolean;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** In constant time, whatever the lengths. */
function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/** The configured token that a person or program showed, or null. */
export function findToken(tokens: readonly ApiToken[], shown: string): ApiToken | null {
  return tokens.find((candidate) => sameSecret(candidate.token, shown)) ?? null;
}

/** What the cookie holds: derived from the token, so that it survives a restart and ends with the token. */
export function cookieValueOf(token: ApiToken): string {
  return createHmac('sha256', token.token).update('csms-lite dashboard session').digest('base64url');
}

/** What our pages must send along with the session's cookie. */
export function csrfOf(session: string): string {
  return createHmac('sha256', session).update('csms-lite csrf').digest('base64url');
}

/** The two cookies of a sign-in. SameSite=Strict: no other site's link or form carries them. */
export function sessionCookies(request: FastifyRequest, session: string, days: number): string[] {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  const common = `SameSite=Strict; Path=/; Max-Age=${days * 86_400}${secure}`;
  return [`${SESSION_COOKIE}=${session}; HttpOnly; ${common}`, `${CSRF_COOKIE}=${csrfOf(session)}; ${common}`];
}

/** Cookie names are compared exactly; null when the request has none of that name. */
export function cookieOf(request: FastifyRequest, wanted: string): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === wanted && value !== undefined) return value;
  }
  return null;
}

type Proof = { principal: Principal; by: 'bearer' | 'cookie' };

/** Who asks, or null when the request proves nothing. */
async function authenticate({ tokens, access }: GuardOptions, request: FastifyRequest): Promise<Proof | null> {
  const header = request.headers.authorization;
  if (header !== undefined) {
    const shown = /^Bearer +(\S+)$/i.exec(header)?.[1];
    if (shown === undefined) return null;
    const configured = findToken(tokens, shown);
    const principal = configured === null ? await access.byToken(shown) : admin(configured.name);
    return principal === null ? null : { principal, by: 'bearer' };
  }
  const cookie = cookieOf(request, SESSION_COOKIE);
  if (cookie === null) return null;
  const isDashboard = tokens.some((token) => sameSecret(cookieValueOf(token), cookie));
  const principal = isDashboard ? admin('dashboard') : await access.byCookie(cookie);
  return principal === null ? null : { principal, by: 'cookie' };
}

function admin(name: string): Principal {
  return { name, role: 'admin' };
}

function hostOf(authority: string | undefined): string {
  return (authority ?? '').replace(/:\d+$/, '');
}

function changesNothing(request: FastifyRequest): boolean {
  return request.method === 'GET' || request.method === 'HEAD';
}

/**
 * Cross-site requests: a page elsewhere must not be able to command this server through its visitor's browser.
 * @throws Problem cross_origin_refused
 */
function refuseOtherOrigins(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (origin === undefined || changesNothing(request)) return;
  let originHost: string;
  try {
    originHost = new URL(origin).host;
  } catch {
    originHost = '';
  }
  if (originHost !== host) throw new Problem('cross_origin_refused', `The request came from ${origin}.`);
}

/** @throws Problem csrf_token_missing */
function refuseForged(request: FastifyRequest): void {
  if (changesNothing(request)) return;
  const session = cookieOf(request, SESSION_COOKIE) ?? '';
  const shown = request.headers[CSRF_HEADER];
  if (typeof shown !== 'string' || !sameSecret(shown, csrfOf(session)))
    throw new Problem('csrf_token_missing', 'A change with a sign-in cookie needs its x-csrf-token.');
}

/** What a route asks for. */
export function neededRole(method: string, config: { role?: Role } | undefined): Role {
  return config?.role ?? (method === 'GET' || method === 'HEAD' ? 'read' : 'operate');
}

/**
 * Guards every route. Access control is on when the configuration has tokens, or anything that is stored lets somebody
 * in. Without it only loopback names may stand in the Host header: else any web site could point its own name at
 * 127.0.0.1 and read and command an unprotected server (DNS rebinding).
 */
export function guard(app: FastifyInstance, options: GuardOptions): void {
  app.decorateRequest('actor', 'nobody');
  app.decorateRequest('principal', null);
  app.addHook('onRequest', async (request, reply) => {
    refuseOtherOrigins(request);
    if (options.tokens.length === 0 && !(await options.access.isOn())) {
      const name = hostOf(request.headers.host);
      if (options.loopbackOnly && name !== '' && !isLoopbackHost(name))
        throw new Problem('untrusted_host', `This server does not know itself as ${name}.`);
      request.actor = 'local';
      request.principal = admin('local');
      return;
    }
    const { config } = request.routeOptions;
    const proof = await authenticate(options, request);
    if (proof === null) return await refuseStranger(request, reply);
    request.actor = proof.principal.name;
    request.principal = proof.principal;
    if (config?.public === true) return;
    if (proof.by === 'cookie') refuseForged(request);
    const needed = neededRole(request.method, config);
    if (!mayAct(proof.principal.role, needed))
      throw new Problem(
        'forbidden',
        `${request.method} ${request.routeOptions.url ?? 'this'} needs the role ${needed}; ${proof.principal.name} has ${proof.principal.role}.`,
      );
  });
}

async function refuseStranger(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { config } = request.routeOptions;
  if (config?.public === true) return;
  if (config?.page === true) {
    await reply.redirect(`/login?next=${encodeURIComponent(request.url)}`, 303);
    return;
  }
  throw new Problem('unauthorized', 'This server asks for a token, and the request carries none that it knows.');
}
