import { readChargingProfile } from '../translate/chargingProfile.js';
import type { Handler } from './handler.js';

/**
 * 1.6 §5.11, errata 3.32; connectorId 0 is no connector to charge at (TC_027). Without the SmartCharging profile a
 * chargingProfile "SHOULD be ignored".
 */
export const remoteStartTransaction: Handler<'RemoteStartTransaction'> = (
  { idTag, connectorId, chargingProfile },
  { remote, featureProfiles, isAccepted },
) => {
  if (!isAccepted() || connectorId === 0) return { status: 'Rejected' };
  const heeded = chargingProfile !== undefined && featureProfiles.includes('SmartCharging');
  return { status: remote.start(idTag, connectorId ?? null, heeded ? readChargingProfile(chargingProfile) : null) };
};
