import { CallError } from '@tapwatt/ocpp';
import { readChargingProfile } from '../translate/chargingProfile.js';
import type { Handler } from './handler.js';

/** 1.6 §5.16; a connector that does not exist is a PropertyConstraintViolation (errata 3.39). */
export const setChargingProfile: Handler<'SetChargingProfile'> = (
  { connectorId, csChargingProfiles },
  { connectors, charging },
) => {
  if (connectorId !== 0 && connectors.facts(connectorId) === null)
    throw new CallError('PropertyConstraintViolation', `There is no connector ${connectorId}.`);
  return { status: charging.set(connectorId, readChargingProfile(csChargingProfiles)) };
};
