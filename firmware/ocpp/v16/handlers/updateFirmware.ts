import { CallError } from '@tapwatt/ocpp';
import { type Handler, withAftermath } from './handler.js';

/**
 * 1.6 §5.19, in security profiles 0 and 1. From 2 on firmware has to be signed: "SHALL respond with a WebSocket RPC
 * CALLERROR NotSupported" (white paper L01.FR.20).
 */
export const updateFirmware: Handler<'UpdateFirmware'> = (request, { maintenance }) => {
  const answer = maintenance.updateFirmware(request);
  switch (answer.t) {
    case 'accepted':
      return withAftermath({}, answer.begin);
    case 'not-supported':
      throw new CallError('NotSupported', 'Use SignedUpdateFirmware from security profile 2 on');
    case 'busy':
      throw new CallError('GenericError', 'Firmware is being installed: that cannot be interrupted');
  }
};
