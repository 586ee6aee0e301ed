import { ServiceError } from '../errors.js';

/** The members of OCPP's ChargingProfile (1.6 §7.8), for a profile that is sent without being stored. */
export const INLINE_PROFILE = {
  type: 'object',
  description: 'instead of chargingProfileId: an OCPP ChargingProfile, sent as it is and not stored',
  required: ['chargingProfileId', 'stackLevel', 'chargingProfilePurpose', 'chargingProfileKind', 'chargingSchedule'],
} as const;

/** @throws ServiceError invalid_request unless exactly one of them is there */
export function requireOneProfile(stored: unknown, inline: unknown): void {
  if ((stored === undefined) === (inline === undefined))
    throw new ServiceError(
      'invalid_request',
      'The body of set-charging-profile needs chargingProfileId or chargingProfile, and not both.',
      'Store a profile with PUT /charging-profiles/{id} and name it, or give one in chargingProfile.',
    );
}
