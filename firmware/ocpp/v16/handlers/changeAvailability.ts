import type { Handler } from './handler.js';

/** 1.6 §5.2; connectorId 0 is the charge point and all connectors. */
export const changeAvailability: Handler<'ChangeAvailability'> = ({ connectorId, type }, context) => ({
  status: context.availability.change(connectorId, type === 'Operative'),
});
