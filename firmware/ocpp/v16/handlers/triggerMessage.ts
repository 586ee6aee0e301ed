import type { TriggerRequest } from '../triggers.js';
import type { HandlerContext } from './context.js';
import { type Handler, withAftermath } from './handler.js';

/** 1.6 §5.17: "first send the TriggerMessage response, before sending the requested message". */
export const triggerMessage: Handler<'TriggerMessage'> = (request, context) =>
  trigger('TriggerMessage', request, context);

/** Security white paper §5.5: the same, with other messages to choose from. */
export const extendedTriggerMessage: Handler<'ExtendedTriggerMessage'> = (request, context) =>
  trigger('ExtendedTriggerMessage', request, context);

function trigger(
  by: TriggerRequest,
  { requestedMessage, connectorId }: { requestedMessage: string; connectorId?: number | undefined },
  { triggers }: HandlerContext,
) {
  const { status, send } = triggers.judge(by, requestedMessage, connectorId ?? null);
  return withAftermath({ status }, send);
}
