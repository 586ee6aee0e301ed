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

/** Where the CALLs of one charge point queue up. */
interface Line {
  /** The last one that is being handled. */
  tail: Promise<unknown> | null;
}

/** Apart, so that what waits does not hold the CALL in memory. */
function hold(line: Line, result: Promise<object>): void {
  line.tail = result;
  const leave = (): void => {
    if (line.tail === result) line.tail = null;
  };
  result.then(leave, leave);
}

export function createDispatcher(core: Core): Dispatcher {
  /** Of every charge point that has connected. */
  const lines = new Map<string, Line>();
  const received: Record<string, number> = {};

  const lineOf = (stationId: string): Line => {
    const known = lines.get(stationId);
    if (known !== undefined) return known;
    const created: Line = { tail: null };
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
      return (call) => {
        const result = line.tail === null ? serve(link, call) : serveAfter(line.tail, link, call);
        // What is answered at once has held up nobody.
        if (result instanceof Promise) hold(line, result);
        return result;
      };
    },
    async idle() {
      for (;;) {
        const tails = [...lines.values()].flatMap(({ tail }) => (tail === null ? [] : [tail]));
        if (tails.length === 0) return;
        await Promise.allSettled(tails);
      }
    },
  };
}
