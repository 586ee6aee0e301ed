import type { CallHandler, CallOptions, Connection, InboundCall } from '../connection.js';
import { CallError } from '../errors.js';
import type { V16Action, V16Actions } from './generated/actions.js';

/**
 * `connection.call` with the payload types of OCPP 1.6.
 * @returns valid by the schema where the connection's verdict is `strict`; with `warn` the type is a hope
 * @throws see Connection.call
 */
export async function callV16<A extends V16Action>(
  connection: Connection,
  action: A,
  request: V16Actions[A]['request'],
  options?: CallOptions,
): Promise<V16Actions[A]['response']> {
  return (await connection.call(action, request, options)) as V16Actions[A]['response'];
}

/** One function per action that is served. Its request is valid by the schema where the verdict is `strict`. */
export type V16Handlers = {
  [A in V16Action]?: (
    request: V16Actions[A]['request'],
    call: InboundCall,
  ) => V16Actions[A]['response'] | Promise<V16Actions[A]['response']>;
};

/** A handler for `ConnectionHooks`; an action without a function is answered NotSupported. */
export function handlerV16(handlers: V16Handlers): CallHandler {
  const byAction = new Map<string, (request: never, call: InboundCall) => object | Promise<object>>(
    Object.entries(handlers),
  );
  return async (call) => {
    const handle = byAction.get(call.action);
    if (handle === undefined) throw new CallError('NotSupported', `${call.action} is not supported here`);
    return await handle(call.payload as never, call);
  };
}
