import { CallError, type InboundCall } from '@tapwatt/ocpp';
import type { Core, StationLink } from '../core.js';
import type { Payload } from '../payload.js';
import { HANDLERS_V16 } from './routing.js';

/** Brings each CALL to its handler; CALLs of one charge point one after the other, also across its connections. */
export interface Dispatcher {
  /** For `ConnectionHooks.supportedActions`. */
  readonly actions: readonly string[];
  /** CALLs since start, by action. */
  readonly received: Readonly<Record<string, number>>;
  handle(link: StationLink, call: InboundCall): Promise<object>;
  /** Resolves when nothing is being handled. */
  idle(): Promise<void>;
}

export function createDispatcher(core: Core): Dispatcher {
  /** The last CALL of each charge point that is being handled. */
  const tails = new Map<string, Promise<unknown>>();
  const received: Record<string, number> = {};

  const serve = (link: StationLink, call: InboundCall): Promise<object> => {
    const handler = HANDLERS_V16[call.action];
    if (handler === undefined) throw new CallError('NotImplemented', `${call.action} is not known here`);
    received[call.action] = (received[call.action] ?? 0) + 1;
    return handler({
      core,
      stationId: link.stationId,
      link,
      messageId: call.messageId,
      receivedAtMs: core.nowMs(),
      payload: call.payload as Payload,
    });
  };

  return {
    actions: Object.keys(HANDLERS_V16),
    received,
    async handle(link, call) {
      const previous = tails.get(link.stationId);
      const run = (): Promise<object> => serve(link, call);
      const result = previous === undefined ? run() : previous.then(run, run);
      tails.set(link.stationId, result);
      try {
        return await result;
      } finally {
        if (tails.get(link.stationId) === result) tails.delete(link.stationId);
      }
    },
    async idle() {
      while (tails.size > 0) await Promise.allSettled(tails.values());
    },
  };
}
