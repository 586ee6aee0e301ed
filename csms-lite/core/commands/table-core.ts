import { ServiceError } from '../errors.js';
import { hashPassword } from '../stations/passwords.js';
import { offerPassword, switchPassword, withdrawPassword } from '../stations/rotation.js';
import { type Body, type CommandDefinition, INTEGER, members, objectSchema, STRING, wordSchema } from './definition.js';

const V16 = ['1.6'] as const;

/** Core profile and remote trigger (1.6 §5). */
export const CORE_COMMANDS: readonly CommandDefinition[] = [
  {
    name: 'reset',
    action: 'Reset',
    versions: V16,
    body: objectSchema({ type: { enum: ['Hard', 'Soft'] } }, ['type']),
  },
  {
    name: 'unlock-connector',
    action: 'UnlockConnector',
    versions: V16,
    body: objectSchema({ connectorId: INTEGER }, ['connectorId']),
  },
  { name: 'clear-cache', action: 'ClearCache', versions: V16, body: objectSchema({}) },
  {
    name: 'change-availability',
    action: 'ChangeAvailability',
    versions: V16,
    body: objectSchema({ connectorId: INTEGER, type: { enum: ['Operative', 'Inoperative'] } }, ['connectorId', 'type']),
  },
  {
    name: 'get-configuration',
    action: 'GetConfiguration',
    versions: V16,
    body: objectSchema({ keys: { type: 'array', items: STRING, description: 'absent = every key' } }),
    build: (body) => ({ payload: members(body, { keys: 'key' }) }),
  },
  {
    name: 'change-configuration',
    action: 'ChangeConfiguration',
    versions: V16,
    body: objectSchema({ key: STRING, value: STRING }, ['key', 'value']),
    prepare: async (body) => (isAuthorizationKey(body) ? await hashPassword(String(body.value)) : null),
    build: async (body, { db, stationId, prepared }) => {
      if (typeof prepared === 'string') await offerPassword(db, stationId, prepared);
      return { payload: body };
    },
    answered: async ({ request, response }, { db, stationId, nowMs }) => {
      if (!isAuthorizationKey(request)) return {};
      const taken = response.status === 'Accepted' || response.status === 'RebootRequired';
      await (taken ? switchPassword(db, stationId, nowMs) : withdrawPassword(db, stationId));
      return { station: true };
    },
    refused: async ({ request }, { db, stationId }) => {
      if (isAuthorizationKey(request)) await withdrawPassword(db, stationId);
      return {};
    },
  },
  {
    name: 'remote-stop',
    action: 'RemoteStopTransaction',
    versions: V16,
    body: objectSchema({ transactionId: { type: ['integer', 'string'], description: 'the OCPP transactionId' } }, [
      'transactionId',
    ]),
    build: (body) => ({ payload: { transactionId: wireTransactionId(body.transactionId) } }),
  },
  {
    name: 'trigger-message',
    action: 'TriggerMessage',
    versions: V16,
    body: objectSchema(
      {
        requestedMessage: wordSchema(
          'BootNotification',
          'DiagnosticsStatusNotification',
          'FirmwareStatusNotification',
          'Heartbeat',
          'MeterValues',
          'StatusNotification',
        ),
        connectorId: INTEGER,
      },
      ['requestedMessage'],
    ),
  },
  {
    name: 'data-transfer',
    action: 'DataTransfer',
    versions: V16,
    body: objectSchema({ vendorId: STRING, messageId: STRING, data: STRING }, ['vendorId']),
  },
  {
    name: 'call',
    action: null,
    versions: V16,
    body: objectSchema({ action: STRING, payload: { type: 'object' } }, ['action', 'payload']),
    build: (body) => ({ action: String(body.action), payload: body.payload as Body }),
  },
];

/** In 1.6 an integer; the API takes digits in a text too. @throws ServiceError invalid_request */
export function wireTransactionId(given: unknown): number {
  const number = typeof given === 'string' && /^-?\d{1,10}$/.test(given) ? Number(given) : given;
  if (typeof number === 'number' && Number.isInteger(number)) return number;
  throw new ServiceError(
    'invalid_request',
    `transactionId ${JSON.stringify(given)} is not a whole number`,
    'OCPP 1.6 transactionIds are whole numbers; take it from the transaction.',
  );
}

function isAuthorizationKey({ key }: Body): boolean {
  return typeof key === 'string' && key.toLowerCase() === 'authorizationkey';
}
