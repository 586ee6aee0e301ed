import { type Handler, withAftermath } from './handler.js';

/**
 * 1.6 §5.17: the answer goes first, then what was asked for. An unknown connector is Rejected (TC_055); where the
 * connector does not matter it is ignored.
 */
export const triggerMessage: Handler<'TriggerMessage'> = (
  { requestedMessage, connectorId },
  { trigger, connectors },
) => {
  const wanted = connectorId ?? null;
  const known = wanted === null || wanted === 0 || connectors.facts(wanted) !== null;
  const accept = (send: () => unknown) => withAftermath({ status: 'Accepted' as const }, () => void send());
  switch (requestedMessage) {
    case 'BootNotification':
      return trigger.mayBoot() ? accept(trigger.bootNotification) : { status: 'Rejected' };
    case 'Heartbeat':
      return accept(trigger.heartbeat);
    case 'StatusNotification':
      return known ? accept(() => trigger.statusNotification(wanted)) : { status: 'Rejected' };
    case 'MeterValues':
      return known ? accept(() => trigger.meterValues(wanted)) : { status: 'Rejected' };
    case 'DiagnosticsStatusNotification':
    case 'FirmwareStatusNotification':
      // Of the FirmwareManagement profile, which is not built in yet.
      return { status: 'NotImplemented' };
  }
};
