import { CallError, type CallHandler, type ConnectionHooks, type InboundCall } from '@tapwatt/ocpp';
import type { Registration } from '../outgoing.js';
import type { HandlerContext } from './handlers/context.js';
import { aftermathOf } from './handlers/handler.js';
import { HANDLERS, type HandlerTable } from './handlers/table.js';

export interface InboundOptions {
  registration: () => Registration;
  context: HandlerContext;
  /** Runs something once the answer has been written. */
  afterAnswer: (action: () => void) => void;
  handlers?: HandlerTable;
}

export interface Inbound {
  readonly handler: CallHandler;
  readonly answerToInvalid: NonNullable<ConnectionHooks['answerToInvalid']>;
  /** Actions that are served here: those of profiles that are on. */
  readonly supportedActions: readonly string[];
  /** The registration changed: who was kept waiting in silence is answered. */
  registrationChanged(): void;
}

/**
 * Requests of the central system. While Rejected there is silence: "the Charge Point SHALL NOT respond to any Central
 * System initiated message" (1.6 §4.2). Such a request is held, and refused once that time is over: it is stale by then.
 */
export function createInbound(options: InboundOptions): Inbound {
  const { context, handlers = HANDLERS } = options;
  let held: (() => void)[] = [];
  const served = Object.entries(handlers).filter(([, entry]) => context.featureProfiles.includes(entry.profile));

  const silence = (): Promise<void> =>
    new Promise((resolve) => {
      held.push(resolve);
    });

  return {
    supportedActions: served.map(([action]) => action),
    answerToInvalid: (call) => (options.registration() === 'Rejected' ? null : unknownTrigger(call)),
    async handler(call: InboundCall) {
      // An answer that came before this in the same packet (the StartTransaction.conf that named the transaction which
      // is to be stopped now) has its effect first.
      await new Promise((resolve) => setImmediate(resolve));
      if (options.registration() === 'Rejected') {
        await silence();
        throw new CallError('GenericError', 'This came while the charge point was rejected; send it again.');
      }
      const entry = served.find(([action]) => action === call.action)?.[1];
      if (entry === undefined) throw new CallError('NotSupported', `${call.action} is not supported here`);
      const handle = entry.handle as (request: object, to: HandlerContext) => object | Promise<object>;
      const response = await handle(call.payload, context);
      const after = aftermathOf(response);
      if (after !== null) options.afterAnswer(after);
      return response;
    },
    registrationChanged() {
      if (options.registration() === 'Rejected') return;
      const released = held;
      held = [];
      for (const release of released) release();
    },
  };
}

/** §5.17: "If the requested message is unknown or not implemented the Charge Point SHALL return NOTIMPLEMENTED." */
function unknownTrigger({ action, violations }: InboundCall): { status: 'NotImplemented' } | null {
  if (action !== 'TriggerMessage' && action !== 'ExtendedTriggerMessage') return null;
  const onlyUnknown = violations.every(
    ({ path, errorCode }) => path === '/requestedMessage' && errorCode === 'PropertyConstraintViolation',
  );
  return onlyUnknown ? { status: 'NotImplemented' } : null;
}
