import { BOOLEAN, type KeyDefinition } from './keyDefinition.js';

/** Configuration keys of the Reservation profile: OCPP 1.6 §9.3. */
export const RESERVATION_KEYS: readonly KeyDefinition[] = [
  {
    name: 'ReserveConnectorZeroSupported',
    profile: 'Reservation',
    section: '9.3.1',
    required: false,
    access: 'R',
    setByFile: true,
    type: BOOLEAN,
    unit: null,
    initial: () => 'true',
    rebootRequired: false,
    effect: 'none',
    description: 'Connector 0 can be reserved: one of the connectors stays free for the identifier.',
  },
];
