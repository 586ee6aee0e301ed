import type { Configuration } from '../../ocpp/v16/configuration.js';
import type { ProfileRules } from '../../smart-charging/install.js';

/** What the configuration keys allow (1.6 §9.4). Only while the SmartCharging profile is on: without it they are not there. */
export function profileRules(configuration: Configuration): ProfileRules {
  const units = configuration.text('ChargingScheduleAllowedChargingRateUnit').split(',');
  return {
    maxStackLevel: configuration.integer('ChargeProfileMaxStackLevel'),
    maxPeriods: configuration.integer('ChargingScheduleMaxPeriods'),
    maxInstalled: configuration.integer('MaxChargingProfilesInstalled'),
    // Errata 3.88.
    allowedUnits: [
      ...(units.includes('Current') ? (['A'] as const) : []),
      ...(units.includes('Power') ? (['W'] as const) : []),
    ],
  };
}
