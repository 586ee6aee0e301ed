import { BOOLEAN, COUNT, INTEGER_MAXIMUM, type KeyDefinition, type KeyRow } from './keyDefinition.js';

/** Configuration keys of the LocalAuthListManagement profile: OCPP 1.6 §9.2. */
const rows: KeyRow[] = [
  {
    name: 'LocalAuthListEnabled',
    section: '9.2.1',
    required: true,
    access: 'RW',
    type: BOOLEAN,
    unit: null,
    initial: () => 'true',
    effect: 'authorization',
    description: 'The local authorization list is used; while it is not, its version is -1.',
  },
  {
    name: 'LocalAuthListMaxLength',
    section: '9.2.2',
    required: true,
    access: 'R',
    setByFile: true,
    type: COUNT(1, INTEGER_MAXIMUM),
    unit: 'identifiers',
    initial: () => '10000',
    effect: 'none',
    description: 'Most identifiers in the list.',
  },
  {
    name: 'SendLocalListMaxLength',
    section: '9.2.3',
    required: true,
    access: 'R',
    setByFile: true,
    type: COUNT(1, INTEGER_MAXIMUM),
    unit: 'identifiers',
    initial: () => '10000',
    effect: 'none',
    description: 'Most identifiers in one SendLocalList.',
  },
];

export const LOCAL_LIST_KEYS: readonly KeyDefinition[] = rows.map((row) => ({
  profile: 'LocalAuthListManagement',
  rebootRequired: false,
  ...row,
}));
