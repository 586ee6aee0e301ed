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
  /** For `ConnectionHooks.handler`. */
  handlerFor(link: StationLink): (call: InboundCall) => object | Promise<object>;
  /** Resolves when nothing is being handled. */
  idle(): Promise<void>;
}

/** Where the CALLs of one charge point follow each other. */
interface Line {
  /** The newest one that could not be answered at once. */
  tail: Promise<unknown> | null;
  /** Stands for the connection that the last CALL came by. A connection gives one CALL at a time. */
  connection: object | null;
}

export function createDispatcher(core: Core): Dispatcher {
  /** Of every charge point that has connected. */
  const lines = new Map<string, Line>();
  const received: Record<string, number> = {};

  const lineOf = (stationId: string): Line => {
    const known = lines.get(stationId);
    if (known !== undefined) return known;
    const created: Line = { tail: null, connection: null };
    lines.set(stationId, created);
    return created;
  };

  const serve = (link: StationLink, call: InboundCall): object | Promise<object> => {
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

  const serveAfter = (tail: Promise<unknown>, link: StationLink, call: InboundCall): Promise<object> => {
    const run = (): object | Promise<object> => serve(link, call);
    return tail.then(run, run);
  };

  return {
    actions: Object.keys(HANDLERS_V16),
    received,
    handlerFor(link) {
      const line = lineOf(link.stationId);
      const connection = {};
      return (call) => {
        // Another connection's last CALL may still be under way.
        const { tail } = line;
        const isNext = tail === null || line.connection === connection;
        const result = isNext ? serve(link, call) : serveAfter(tail, link, call);
        line.connection = connection;
        if (result instanceof Promise) line.tail = result;
        return result;
      };
    },
    async idle() {
      for (;;) {
        const tails = [...lines.values()].map(({ tail }) => tail);
        await Promise.allSettled(tails);
        if ([...lines.values()].every(({ tail }, index) => tail === tails[index])) return;
      }
    },
  };
}
