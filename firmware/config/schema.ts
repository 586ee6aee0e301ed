import { csmsSchema, identitySchema } from './schemaCsms.js';
import { canSchema, connectorSchema, readerSchema } from './schemaHardware.js';

/*
 * The configuration file's JSON Schema (draft-07): the one source of keys, types, defaults, units and help texts.
 * config/tapwatt.schema.json is generated from it for editors. Two keywords are ours:
 *   requiresRestart  a change takes effect only after a restart (POST /reload says so)
 *   path             a file path; a relative one counts from the folder of the configuration file
 */

export const configSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://tapwatt.dev/schema/tapwatt.schema.json',
  title: 'Tapwatt charge point configuration',
  type: 'object',
  additionalProperties: false,
  required: ['csms', 'connectors'],
  properties: {
    version: { type: 'integer', enum: [1], default: 1, description: 'Version of this file format.' },
    csms: csmsSchema,
    identity: identitySchema,
    supply: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'The mains.',
      properties: {
        voltageV: {
          type: 'number',
          minimum: 100,
          maximum: 300,
          default: 230,
          description: 'Phase to neutral, in volts. Energy is integrated with it where no real meter is wired.',
          requiresRestart: true,
        },
      },
    },
    reader: readerSchema,
    can: canSchema,
    gpio: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'Relays, plug sensors, locks, indicator.',
      properties: {
        backend: {
          type: 'string',
          enum: ['auto', 'onoff', 'simulated'],
          default: 'auto',
          description: 'auto: onoff on a Raspberry Pi. simulated: no pins are touched.',
          requiresRestart: true,
        },
        indicatorPin: {
          type: ['integer', 'null'],
          minimum: 0,
          maximum: 27,
          default: null,
          description: 'BCM number of the indicator LED; null when not wired.',
          requiresRestart: true,
        },
        chipLabels: {
          type: 'array',
          minItems: 1,
          items: { type: 'string', pattern: '^[^\\s,]+$' },
          default: ['pinctrl-bcm2835', 'pinctrl-bcm2711', 'pinctrl-rp1'],
          description:
            'Labels of the GPIO controller that carries the pins (/sys/class/gpio/gpiochip*/label); default: those of the Raspberry Pis.',
          requiresRestart: true,
        },
      },
    },
    connectors: {
      type: 'array',
      minItems: 1,
      maxItems: 64,
      items: connectorSchema,
      description: 'One entry for each connector.',
    },
    ocpp: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'OCPP behaviour.',
      properties: {
        configuration: {
          type: 'object',
          additionalProperties: { type: 'string', maxLength: 500 },
          default: {},
          description:
            'Initial values of OCPP configuration keys, as text: applied once, on the first start with an empty state directory, never over a value that the central system set.',
          requiresRestart: true,
        },
        featureProfiles: {
          type: 'array',
          uniqueItems: true,
          items: {
            type: 'string',
            enum: [
              'Core',
              'FirmwareManagement',
              'LocalAuthListManagement',
              'Reservation',
              'SmartCharging',
              'RemoteTrigger',
            ],
          },
          contains: { const: 'Core' },
          default: [
            'Core',
            'FirmwareManagement',
            'LocalAuthListManagement',
            'Reservation',
            'SmartCharging',
            'RemoteTrigger',
          ],
          description: 'Feature profiles that are on (SupportedFeatureProfiles). Core is always on.',
          requiresRestart: true,
        },
      },
    },
    powerLoss: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'After a power cut.',
      properties: {
        openTransaction: {
          type: 'string',
          enum: ['end', 'resume'],
          default: 'end',
          description: 'end: the transaction is stopped with reason PowerLoss. resume: charging goes on.',
          requiresRestart: true,
        },
      },
    },
    journal: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'The journal (SQLite file in the state directory).',
      properties: {
        checkpointIntervalS: {
          type: 'number',
          minimum: 1,
          maximum: 3600,
          default: 60,
          description: 'Energy is written at least this often while charging, in seconds: what a power cut can lose.',
          requiresRestart: true,
        },
      },
    },
    clock: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'Trust in the system clock (a Raspberry Pi has none that survives a power cut).',
      properties: {
        trust: {
          type: 'string',
          enum: ['auto', 'system', 'csms'],
          default: 'auto',
          description:
            'auto: trusted when NTP has synchronised or the machine is no Pi. system: always. csms: not before the central system said the time.',
          requiresRestart: true,
        },
        setSystemClock: {
          type: 'boolean',
          default: false,
          description:
            'Whether the system clock is set from the central system where NTP does not do it. Needs tapwatt-clock.path: sudo systemctl enable --now tapwatt-clock.path. Times of sessions are right without it.',
          requiresRestart: true,
        },
      },
    },
    maintenance: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'Firmware updates and diagnostics.',
      properties: {
        installCommand: {
          type: ['array', 'null'],
          items: { type: 'string', minLength: 1 },
          minItems: 1,
          default: null,
          description:
            'Program and arguments that install a downloaded firmware file; {file} stands for its path. Run without a shell, file also in TAPWATT_FIRMWARE_FILE. Status 65: not for this charge point. null: a file that is not empty counts as installed.',
          requiresRestart: true,
        },
        installTimeoutS: {
          type: 'number',
          minimum: 1,
          maximum: 86400,
          default: 900,
          description: 'The command is ended after so many seconds.',
          requiresRestart: true,
        },
        restartAfterInstall: {
          type: 'boolean',
          default: true,
          description: 'tapwatt ends after the command succeeded; the service manager starts what was installed.',
          requiresRestart: true,
        },
        uploadMethod: {
          type: 'string',
          enum: ['auto', 'PUT', 'POST'],
          default: 'auto',
          description: 'HTTP method of uploads. auto: PUT, then POST where the server does not take PUT.',
          requiresRestart: true,
        },
      },
    },
    stateDirectory: {
      type: 'string',
      minLength: 1,
      default: '/var/lib/tapwatt',
      description: 'Directory of the journal and of the meter registers.',
      path: true,
      requiresRestart: true,
    },
    controlSocket: {
      type: 'string',
      minLength: 1,
      default: '/run/tapwatt/control.sock',
      description: 'Unix socket of the control interface.',
      path: true,
      requiresRestart: true,
    },
    log: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'The log, on standard error.',
      properties: {
        level: {
          type: 'string',
          enum: ['debug', 'info', 'warn', 'error'],
          default: 'info',
          description: 'Least severity that is written.',
        },
      },
    },
  },
} as const;
