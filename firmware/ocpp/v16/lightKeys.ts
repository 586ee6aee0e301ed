import { COUNT, type KeyRow } from './keyDefinition.js';

/** The Core keys of the indicator light: OCPP 1.6 §9.1.4, §9.1.11. Without a light they are not there (§9). */
export const LIGHT_KEYS: readonly KeyRow[] = [
  {
    name: 'BlinkRepeat',
    section: '9.1.4',
    required: false,
    access: 'RW',
    presentWhen: (facts) => facts.indicator !== 'none',
    type: COUNT(0, 100),
    unit: 'times',
    initial: () => '3',
    effect: 'light',
    description: 'How often the indicator blinks when it signals; 0 leaves it dark.',
  },
  {
    name: 'LightIntensity',
    section: '9.1.11',
    required: false,
    access: 'RW',
    presentWhen: (facts) => facts.indicator === 'dimmable',
    type: COUNT(0, 100),
    unit: '%',
    initial: () => '100',
    effect: 'light',
    description: 'Brightness of the indicator, where it is on a pin with PWM (12, 13, 18, 19).',
  },
];
