import { TAPWATT_VERSION } from './version.js';

/* Schema parts of the sections csms and identity; see schema.ts. */

/** Text that BootNotification carries, with OCPP 1.6 §6.3's length limits. */
function bootText(description: string, maxLength: number) {
  return { type: ['string', 'null'], maxLength, default: null, description, requiresRestart: true } as const;
}

function optionalPath(description: string) {
  return {
    type: ['string', 'null'],
    minLength: 1,
    default: null,
    description,
    path: true,
    requiresRestart: true,
  } as const;
}

function pathList(description: string) {
  return {
    type: 'array',
    items: { type: 'string', minLength: 1, path: true },
    default: [],
    description,
    requiresRestart: true,
  } as const;
}

export const csmsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url', 'chargePointId'],
  description: 'The central system (CSMS).',
  properties: {
    url: {
      type: 'string',
      pattern: '^wss?://[^\\s/?#]+(/[^\\s?#]*)?$',
      description:
        'WebSocket address of the central system without the charge point id, which is appended (OCPP-J §3.1.1). For example ws://192.168.1.10:8180/ocpp',
      requiresRestart: true,
    },
    tlsUrl: {
      type: ['string', 'null'],
      pattern: '^wss://[^\\s/?#]+(/[^\\s?#]*)?$',
      default: null,
      description:
        'Address for security profiles 2 and 3, where it is another than url with wss: (a port of its own for TLS, for one).',
      requiresRestart: true,
    },
    chargePointId: {
      type: 'string',
      minLength: 1,
      maxLength: 48,
      pattern: '^[^:/\\s]+$',
      description:
        'Identity of this charge point; also the user name of Basic authentication. No colon, slash or space.',
      requiresRestart: true,
    },
    ocppVersions: {
      type: 'array',
      items: { type: 'string', enum: ['1.6', '2.0.1'] },
      minItems: 1,
      uniqueItems: true,
      default: ['1.6'],
      description: 'OCPP versions offered to the central system, in this order. Write them in quotes.',
      requiresRestart: true,
    },
    security: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'OCPP security profile and what it needs.',
      properties: {
        profile: {
          type: 'integer',
          enum: [0, 1, 2, 3],
          default: 0,
          description:
            '0 none, 1 Basic authentication over ws://, 2 Basic authentication over TLS, 3 TLS with a client certificate.',
          requiresRestart: true,
        },
        passwordFile: optionalPath('File whose first line is the Basic authentication password (profiles 1 and 2).'),
        rootCertificateFile: optionalPath(
          'PEM of the root that signed the central system certificate; null: the system store.',
        ),
        clientCertificateFile: optionalPath('PEM of the client certificate with its chain (profile 3).'),
        clientKeyFile: optionalPath('PEM of the client private key (profile 3).'),
        verifyHostname: {
          type: 'boolean',
          default: true,
          description: 'Whether the certificate must carry the host name of csms.url.',
          requiresRestart: true,
        },
        additionalRootCertificateCheck: {
          type: 'boolean',
          default: false,
          description:
            'AdditionalRootCertificateCheck: only one central system root at a time, and a new one must be signed by it.',
          requiresRestart: true,
        },
        csmsRootCertificates: pathList('PEM files: first content of the CSMS root store, applied once.'),
        manufacturerRootCertificates: pathList(
          'PEM files: first content of the manufacturer root store, applied once.',
        ),
      },
    },
    reconnect: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'Waiting time between attempts to connect: doubles from minimum to maximum, plus a random part.',
      properties: {
        minimumS: {
          type: 'number',
          minimum: 0.1,
          default: 1,
          description: 'First wait, in seconds.',
          requiresRestart: true,
        },
        maximumS: {
          type: 'number',
          minimum: 0.1,
          default: 120,
          description: 'Longest wait, in seconds.',
          requiresRestart: true,
        },
        randomS: {
          type: 'number',
          minimum: 0,
          default: 5,
          description: 'Random part added, in seconds.',
          requiresRestart: true,
        },
      },
    },
    callTimeoutS: {
      type: 'number',
      minimum: 1,
      maximum: 600,
      default: 30,
      description: 'How long to wait for the answer to a request, in seconds.',
      requiresRestart: true,
    },
  },
} as const;

export const identitySchema = {
  type: 'object',
  additionalProperties: false,
  default: {},
  description: 'What BootNotification says about this charge point.',
  properties: {
    vendor: {
      type: 'string',
      minLength: 1,
      maxLength: 20,
      default: 'Tapwatt',
      description: 'chargePointVendor.',
      requiresRestart: true,
    },
    model: {
      type: 'string',
      minLength: 1,
      maxLength: 20,
      default: 'Tapwatt Pi',
      description: 'chargePointModel.',
      requiresRestart: true,
    },
    chargePointSerialNumber: bootText('Serial number of the charge point.', 25),
    chargeBoxSerialNumber: bootText('Serial number of the charge box (deprecated in OCPP 1.6).', 25),
    firmwareVersion: {
      type: 'string',
      maxLength: 50,
      default: TAPWATT_VERSION,
      description: 'firmwareVersion.',
      requiresRestart: true,
    },
    iccid: bootText('ICCID of the modem SIM.', 20),
    imsi: bootText('IMSI of the modem SIM.', 20),
    meterType: bootText('Type of the energy meter.', 25),
    meterSerialNumber: bootText('Serial number of the energy meter.', 25),
  },
} as const;
