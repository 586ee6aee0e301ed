import type { V16Actions, V16SentByCentralSystem } from '@tapwatt/ocpp/v16';
import type { HandlerContext } from './context.js';

/** Answers one action. @throws CallError for what must be a CALLERROR */
export type Handler<A extends V16SentByCentralSystem> = (
  request: V16Actions[A]['request'],
  context: HandlerContext,
) => V16Actions[A]['response'] | Promise<V16Actions[A]['response']>;

const aftermaths = new WeakMap<object, () => void>();

/** An answer with something that has to happen after it has been sent. */
export function withAftermath<R extends object>(response: R, after: () => void): R {
  aftermaths.set(response, after);
  return response;
}

/** What has to happen after this answer, or null. */
export function aftermathOf(response: object): (() => void) | null {
  return aftermaths.get(response) ?? null;
}
