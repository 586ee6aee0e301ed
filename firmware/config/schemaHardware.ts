/** Schema parts of the hardware sections; see schema.ts. */

const PIN = { type: ['integer', 'null'], minimum: 0, maximum: 27, default: null, requiresRestart: true } as const;

function pin(description: string) {
  return { ...PIN, description: `${description} BCM number; null when not wired.` } as const;
}

const POLL_MS = {
  type: 'integer',
  minimum: 20,
  maximum: 2000,
  default: 200,
  description: 'Time between two looks for a card, in milliseconds.',
  requiresRestart: true,
} as const;

export const readerSchema = {
  type: 'object',
  required: ['kind'],
  default: { kind: 'pn532' },
  description: 'The card reader.',
  properties: {
    kind: {
      type: 'string',
      enum: ['pn532', 'simulated', 'none'],
      description:
        'pn532: on I2C. simulated: a PN532 that answers bytes below the real driver. none: remote start only.',
      requiresRestart: true,
    },
  },
  allOf: [
    {
      if: { properties: { kind: { const: 'none' } } },
      // biome-ignore lint/suspicious/noThenProperty: `then` is a JSON Schema keyword
      then: { additionalProperties: false, properties: { kind: {} } },
    },
    {
      if: { properties: { kind: { const: 'simulated' } } },
      // biome-ignore lint/suspicious/noThenProperty: `then` is a JSON Schema keyword
      then: { additionalProperties: false, properties: { kind: {}, pollMs: POLL_MS } },
    },
    {
      if: { properties: { kind: { const: 'pn532' } } },
      // biome-ignore lint/suspicious/noThenProperty: `then` is a JSON Schema keyword
      then: {
        additionalProperties: false,
        properties: {
          kind: {},
          i2cBus: {
            type: 'integer',
            minimum: 0,
            maximum: 99,
            default: 1,
            description: 'Number n of /dev/i2c-n.',
            requiresRestart: true,
          },
          address: {
            type: 'integer',
            minimum: 3,
            maximum: 119,
            default: 36,
            description: '7-bit I2C address; a PN532 has 0x24 (36).',
            requiresRestart: true,
          },
          pollMs: POLL_MS,
          irqPin: pin('IRQ line of the PN532 (optional).'),
          resetPin: pin('RSTPD_N line of the PN532: the only reset that always works.'),
          acceptRandomUid: {
            type: 'boolean',
            default: false,
            description: 'Whether a 4-byte UID that begins with 08 counts: phones make up a new one at each tap.',
            requiresRestart: true,
          },
        },
      },
    },
  ],
} as const;

const SCALE_MA = {
  type: 'integer',
  minimum: 1,
  maximum: 10_000,
  default: 1000,
  description:
    'What one step of the 16-bit current in frames 0x210 and 0x300 means, in milliamperes; 1000 is whole amperes.',
  requiresRestart: true,
} as const;

const CAN_INTERFACE = {
  type: 'string',
  minLength: 1,
  maxLength: 15,
  default: 'can0',
  description: 'Name of the CAN interface.',
  requiresRestart: true,
} as const;

export const canSchema = {
  type: 'object',
  required: ['kind'],
  default: { kind: 'socketcan' },
  description: 'The CAN bus of the power modules.',
  properties: {
    kind: {
      type: 'string',
      enum: ['socketcan', 'socketcand', 'simulated'],
      description:
        'socketcan: kernel interface. socketcand: CAN over TCP. simulated: power modules that answer CAN frames below the real driver.',
      requiresRestart: true,
    },
  },
  allOf: [
    {
      if: { properties: { kind: { const: 'simulated' } } },
      // biome-ignore lint/suspicious/noThenProperty: `then` is a JSON Schema keyword
      then: {
        additionalProperties: false,
        properties: {
          kind: {},
          currentScaleMa: SCALE_MA,
          listen: {
            type: ['object', 'null'],
            additionalProperties: false,
            required: ['host', 'port'],
            default: null,
            description: 'Where the simulated bus can be watched with socketcand clients; null: nowhere.',
            properties: {
              host: { type: 'string', minLength: 1, description: 'Address to listen on.', requiresRestart: true },
              port: { type: 'integer', minimum: 0, maximum: 65535, description: 'TCP port.', requiresRestart: true },
            },
          },
        },
      },
    },
    {
      if: { properties: { kind: { const: 'socketcan' } } },
      // biome-ignore lint/suspicious/noThenProperty: `then` is a JSON Schema keyword
      then: {
        additionalProperties: false,
        properties: { kind: {}, interface: CAN_INTERFACE, currentScaleMa: SCALE_MA },
      },
    },
    {
      if: { properties: { kind: { const: 'socketcand' } } },
      // biome-ignore lint/suspicious/noThenProperty: `then` is a JSON Schema keyword
      then: {
        additionalProperties: false,
        required: ['host'],
        properties: {
          kind: {},
          host: { type: 'string', minLength: 1, description: 'Host of socketcand.', requiresRestart: true },
          port: {
            type: 'integer',
            minimum: 1,
            maximum: 65535,
            default: 29536,
            description: 'TCP port of socketcand.',
            requiresRestart: true,
          },
          interface: CAN_INTERFACE,
          currentScaleMa: SCALE_MA,
        },
      },
    },
  ],
} as const;

export const connectorSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  properties: {
    id: {
      type: 'integer',
      minimum: 1,
      maximum: 64,
      description: 'connectorId in OCPP, from 1.',
      requiresRestart: true,
    },
    maximumCurrentA: {
      type: 'number',
      minimum: 6,
      maximum: 500,
      default: 32,
      description: 'What cable and fuse allow in each phase, in amperes.',
      requiresRestart: true,
    },
    phases: { type: 'integer', enum: [1, 3], default: 1, description: 'Phases wired: 1 or 3.', requiresRestart: true },
    hasLock: {
      type: 'boolean',
      default: false,
      description: 'False for a fixed cable: UnlockConnector answers NotSupported.',
      requiresRestart: true,
    },
    hasPlugSensor: {
      type: 'boolean',
      default: true,
      description: 'False when the hardware cannot tell whether a cable is in: a tap alone starts.',
      requiresRestart: true,
    },
    canIdOffset: {
      type: 'integer',
      minimum: 0,
      maximum: 0x4ff,
      default: 0,
      description: 'Added to the CAN ids 0x200, 0x201, 0x210 and 0x300 of this connector.',
      requiresRestart: true,
    },
    relayPin: pin('Contactor.'),
    relayActiveLow: {
      type: 'boolean',
      default: false,
      description: 'True when the relay closes at low level.',
      requiresRestart: true,
    },
    plugPin: pin('Plug sensor.'),
    plugActiveLow: {
      type: 'boolean',
      default: false,
      description: 'True when a plugged cable reads low.',
      requiresRestart: true,
    },
    lockPin: pin('Connector lock.'),
    pwmPin: pin('Control pilot PWM.'),
  },
} as const;
