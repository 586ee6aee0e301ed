import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isLoopbackHost } from '../core/loopback.js';
import { Problem } from './problem.js';

/** A secret for the API and the pages; its name stands in the audit log. */
export interface ApiToken {
  name: string;
  token: string;
}

export const SESSION_COOKIE = 'csms_lite_session';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, for the audit log: a token's name, `dashboard`, or `local` where no token is configured. */
    actor: string;
  }
  interface FastifyContextConfig {
    /** Answers without a token: health, login, static files. */
    public?: boolean;
    /** A page: a person without a token is sent to /login instead of getting a 401. */
    page?: boolean;
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** In constant time, whatever the lengths. */
function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/** The token that a person or program showed, or null. */
export function findToken(tokens: readonly ApiToken[], shown: string): ApiToken | null {
  return tokens.find((candidate) => sameSecret(candidate.token, shown)) ?? null;
}

/** What the cookie holds: derived from the token, so that it survives a restart and ends with the token. */
export function cookieValueOf(token: ApiToken): string {
  return createHmac('sha256', token.token).update('csms-lite dashboard session').digest('base64url');
}

function cookieOf(request: FastifyRequest): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === SESSION_COOKIE && value !== undefined) return value;
  }
  return null;
}

/** The name of the one who asks, or null when the request proves nothing. */
export function authenticate(tokens: readonly ApiToken[], request: FastifyRequest): string | null {
  const header = request.headers.authorization;
  if (header !== undefined) {
    const shown = /^Bearer +(\S+)$/i.exec(header)?.[1];
    return shown === undefined ? null : (findToken(tokens, shown)?.name ?? null);
  }
  const cookie = cookieOf(request);
  if (cookie === null) return null;
  return tokens.some((token) => sameSecret(cookieValueOf(token), cookie)) ? 'dashboard' : null;
}

function hostOf(authority: string | undefined): string {
  return (authority ?? '').replace(/:\d+$/, '');
}

/**
 * Cross-site requests: a page elsewhere must not be able to command this server through its visitor's browser.
 * @throws Problem cross_origin_refused
 */
function refuseOtherOrigins(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (origin === undefined || request.method === 'GET' || request.method === 'HEAD') return;
  let originHost: string;
  try {
    originHost = new URL(origin).host;
  } catch {
    originHost = '';
  }
  if (originHost !== host) throw new Problem('cross_origin_refused', `The request came from ${origin}.`);
}

/**
 * Guards every route. Without tokens only loopback names may stand in the Host header: else any web site could
 * point its own name at 127.0.0.1 and read and command an unprotected server (DNS rebinding).
 */
export function guard(app: FastifyInstance, options: { tokens: readonly ApiToken[]; loopbackOnly: boolean }): void {
  app.decorateRequest('actor', 'nobody');
  app.addHook('onRequest', async (request, reply) => {
    refuseOtherOrigins(request);
    if (options.tokens.length === 0) {
      const name = hostOf(request.headers.host);
      if (options.loopbackOnly && name !== '' && !isLoopbackHost(name))
        throw new Problem('untrusted_host', `This server does not know itself as ${name}.`);
      request.actor = 'local';
      return;
    }
    const actor = authenticate(options.tokens, request);
    if (actor !== null) {
      request.actor = actor;
      return;
    }
    const { config } = request.routeOptions;
    if (config.public === true) return;
    if (config.page === true) {
      await reply.redirect(`/login?next=${encodeURIComponent(request.url)}`, 303);
      return;
    }
    throw new Problem('unauthorized', 'This server asks for a token, and the request carries none that it knows.');
  });
}
