import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AccessService, SESSION_DAYS } from '../core/access/access-service.js';
import { createTokenBuckets } from '../core/access/token-bucket.js';
import type { UserService } from '../core/users/user-service.js';
import { type ApiToken, cookieOf, cookieValueOf, findToken, SESSION_COOKIE, sessionCookies } from './auth.js';
import { Problem } from './problem.js';

/** Somebody who wants in: by name and password, or with a token. */
export interface Claim {
  login?: string;
  password?: string;
  token?: string;
}

/** Signing in and out, for the pages and the API. */
export interface SignIn {
  /** Sets the cookies. False: wrong. @throws Problem too_many_requests */
  enter(request: FastifyRequest, reply: FastifyReply, claim: Claim): Promise<boolean>;
  leave(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** The code of the one-time set-up link; null once somebody can sign in, or where nothing needs it. */
  setupCode(): Promise<string | null>;
  /** Makes the first administrator and signs them in. @throws ServiceError; Problem unauthorized (wrong or used code) */
  setUp(
    request: FastifyRequest,
    reply: FastifyReply,
    claim: { code: string; login: string; password: string },
  ): Promise<void>;
}

export interface SignInParts {
  access: AccessService;
  users: UserService;
  tokens: readonly ApiToken[];
  nowMs?: () => number;
}

/** A person mistypes a few times; a program that guesses gets two a minute. */
const LOGIN_LIMITS = { burst: 8, perSecond: 1 / 30 };

export function createSignIn({ access, users, tokens, nowMs = Date.now }: SignInParts): SignIn {
  const attempts = createTokenBuckets(LOGIN_LIMITS, nowMs);
  const code = randomBytes(24).toString('base64url');
  let used = false;

  const limit = (request: FastifyRequest, reply: FastifyReply): void => {
    if (attempts.take(request.ip)) return;
    void reply.header('retry-after', String(attempts.waitS(request.ip)));
    throw new Problem('too_many_requests', 'There were too many attempts to sign in from your address.');
  };

  const nobodyCanSignIn = async (): Promise<boolean> =>
    !(await users.list({ limit: 1000 })).items.some((user) => user.role !== null && user.hasPassword);

  const setupCode = async (): Promise<string | null> => (!used && (await nobodyCanSignIn()) ? code : null);

  return {
    setupCode,
    async enter(request, reply, { login = '', password = '', token = '' }) {
      limit(request, reply);
      const session =
        token.trim() === '' ? ((await access.signIn(login, password))?.cookie ?? null) : await byToken(token.trim());
      if (session === null) return false;
      void reply.header('set-cookie', sessionCookies(request, session, SESSION_DAYS));
      return true;
    },
    async leave(request, reply) {
      const session = cookieOf(request, SESSION_COOKIE);
      if (session !== null) await access.signOut(session);
      void reply.header('set-cookie', sessionCookies(request, '', 0));
    },
    async setUp(request, reply, claim) {
      limit(request, reply);
      const valid = await setupCode();
      if (valid === null || claim.code !== valid)
        throw new Problem('unauthorized', 'This set-up link is not valid any more.', {
          hint: 'Restart csms-lite for a new one, or sign in.',
        });
      await users.create({ login: claim.login, password: claim.password, role: 'admin' }, 'setup');
      used = true;
      const signedIn = await access.signIn(claim.login, claim.password);
      if (signedIn !== null) void reply.header('set-cookie', sessionCookies(request, signedIn.cookie, SESSION_DAYS));
    },
  };

  /** A configured token's cookie is derived from it. Others are for programs: they go into a header. */
  async function byToken(shown: string): Promise<string | null> {
    const configured = findToken(tokens, shown);
    return configured === null ? null : cookieValueOf(configured);
  }
}
