import { COUNT, INTEGER_MAXIMUM, type KeyDefinition, type KeyRow } from './keyDefinition.js';

/** Configuration keys of the SmartCharging profile: OCPP 1.6 §9.4. ConnectorSwitch3to1PhaseSupported is absent: not possible. */
const rows: KeyRow[] = [
  {
    name: 'ChargeProfileMaxStackLevel',
    section: '9.4.1',
    required: true,
    access: 'R',
    setByFile: true,
    type: COUNT(0, INTEGER_MAXIMUM),
    unit: null,
    initial: () => '50',
    effect: 'none',
    description: 'Highest stackLevel of a charging profile.',
  },
  {
    name: 'ChargingScheduleAllowedChargingRateUnit',
    section: '9.4.2, errata 3.88',
    required: true,
    access: 'R',
    setByFile: true,
    type: {
      kind: 'list',
      maximumItems: 2,
      item: (text) => ['Current', 'Power'].find((unit) => unit.toLowerCase() === text.toLowerCase()) ?? null,
    },
    unit: null,
    initial: () => 'Current,Power',
    effect: 'none',
    description: 'Current: schedules in A; Power: schedules in W.',
  },
  {
    name: 'ChargingScheduleMaxPeriods',
    section: '9.4.3',
    required: true,
    access: 'R',
    setByFile: true,
    type: COUNT(1, INTEGER_MAXIMUM),
    unit: 'periods',
    initial: () => '100',
    effect: 'none',
    description: 'Most periods of one schedule: a day in quarters of an hour has 96.',
  },
  {
    name: 'MaxChargingProfilesInstalled',
    section: '9.4.5',
    required: true,
    access: 'R',
    setByFile: true,
    type: COUNT(1, INTEGER_MAXIMUM),
    unit: 'profiles',
    initial: () => '100',
    effect: 'none',
    description: 'Most charging profiles at a time.',
  },
];

export const SMART_CHARGING_KEYS: readonly KeyDefinition[] = rows.map((row) => ({
  profile: 'SmartCharging',
  rebootRequired: false,
  ...row,
}));
