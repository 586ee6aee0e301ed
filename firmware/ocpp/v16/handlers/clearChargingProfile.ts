import type { Handler } from './handler.js';

/** 1.6 §5.5, errata 3.25, 3.26; Unknown where nothing matches. */
export const clearChargingProfile: Handler<'ClearChargingProfile'> = (
  { id, connectorId, chargingProfilePurpose, stackLevel },
  { charging },
) => ({
  status: charging.clear({
    profileId: id ?? null,
    connectorId: connectorId ?? null,
    purpose: chargingProfilePurpose ?? null,
    stackLevel: stackLevel ?? null,
  }),
});
