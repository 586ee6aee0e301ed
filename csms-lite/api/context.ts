import type { FastifyInstance } from 'fastify';
import type { Csms } from '../core/services.js';
import type { FirebaseMirror } from '../firebase/service.js';
import type { RouteDocumentation } from './openapi.js';
import type { SignIn } from './sign-in.js';

/** What every file of routes is given. */
export interface ApiContext {
  app: FastifyInstance;
  csms: Csms;
  signIn: SignIn;
  /** Of csms-lite, as in package.json. */
  version: string;
  startedAtMs: number;
  /** null: not set up. */
  firebase: FirebaseMirror | null;
}

export type CpParams = { chargePointId: string };

export const cpParams = { type: 'object', properties: { chargePointId: { type: 'string' } } };
export const idParams = { type: 'object', properties: { id: { type: 'string' } } };

/** Route documentation that Fastify also validates with. */
export function documented(documentation: RouteDocumentation): { schema: RouteDocumentation } {
  return { schema: documentation };
}
