import { type Handler, withAftermath } from './handler.js';

/** White paper L01. */
export const signedUpdateFirmware: Handler<'SignedUpdateFirmware'> = (request, { maintenance }) => {
  const { status, begin } = maintenance.signedUpdateFirmware(request);
  return withAftermath({ status }, begin);
};
