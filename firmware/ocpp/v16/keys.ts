import { CORE_KEYS } from './coreKeys.js';
import type { KeyDefinition } from './keyDefinition.js';
import { LOCAL_LIST_KEYS } from './localListKeys.js';
import { RESERVATION_KEYS } from './reservationKeys.js';
import { SECURITY_KEYS } from './securityKeys.js';
import { SMART_CHARGING_KEYS } from './smartChargingKeys.js';

/** All configuration keys of all profiles; those of profiles that are off are left out by the configuration. */
export const CONFIGURATION_KEYS: readonly KeyDefinition[] = [
  ...CORE_KEYS,
  ...LOCAL_LIST_KEYS,
  ...RESERVATION_KEYS,
  ...SMART_CHARGING_KEYS,
  ...SECURITY_KEYS,
];
