import { ask } from '../control/client.js';
import { CommandFailed, EXIT } from './exitCodes.js';
import { alignColumns } from './style.js';

/** A command that is one question to the running charge point. */
export interface StationCommand {
  /** `['tag', 'list']`: groups, then the name. */
  path: readonly string[];
  description: string;
  arguments: readonly { syntax: string; key: string; description: string; choices?: readonly string[] }[];
  request(given: Record<string, string>): { method: 'GET' | 'POST'; path: string; body?: object };
  /** The answer in words. @throws CommandFailed */
  render(answer: unknown, given: Record<string, string>): string;
}

type Row = Record<string, unknown>;
const text = (value: unknown): string => (value === null || value === undefined ? '–' : String(value));

function table(heads: readonly (readonly [key: string, head: string])[], rows: readonly Row[], none: string): string {
  if (rows.length === 0) return none;
  return alignColumns([heads.map(([, head]) => head), ...rows.map((row) => heads.map(([key]) => text(row[key])))]).join(
    '\n',
  );
}

const SESSION = [
  ['localId', 'Session'],
  ['transactionId', 'Transaction'],
  ['connectorId', '#'],
  ['idTag', 'Card'],
  ['startedAt', 'Start'],
  ['stoppedAt', 'End'],
  ['energyWh', 'Wh'],
  ['reason', 'Reason'],
  ['pendingMessages', 'Not yet sent'],
] as const;
const MESSAGE = [
  ['messageId', 'Message'],
  ['action', 'Action'],
  ['connectorId', '#'],
  ['at', 'Of'],
  ['attempts', 'Refused'],
] as const;

const tagChange = (name: string, description: string, status: string | null, done: string): StationCommand => ({
  path: ['tag', name],
  description,
  arguments: [{ syntax: '<idTag>', key: 'idTag', description: 'UID in hex, as tapwatt nfc read shows it' }],
  request: ({ idTag }) => ({ method: 'POST', path: '/tags', body: { idTag, status } }),
  render: (answer, { idTag }) =>
    `${idTag} ${done}.${(answer as Row).enabled === false ? ' The list is off: tapwatt ocpp key set LocalAuthListEnabled true' : ''}`,
});

export const stationCommands: readonly StationCommand[] = [
  {
    path: ['tag', 'list'],
    description: 'cards on the local authorization list',
    arguments: [],
    request: () => ({ method: 'GET', path: '/tags' }),
    render: (answer) =>
      table(
        [
          ['idTag', 'Card'],
          ['status', 'Status'],
          ['expiryDate', 'Until'],
          ['parentIdTag', 'Group'],
        ],
        (answer as { tags: Row[] }).tags,
        'The local list is empty.',
      ),
  },
  tagChange(
    'add',
    'put a card on the local list, until the central system sends another list',
    'Accepted',
    'is on the local list',
  ),
  tagChange('remove', 'take a card off the local list', null, 'is not on the local list any more'),
  {
    path: ['session', 'list'],
    description: 'charging sessions of the journal, newest first',
    arguments: [],
    request: () => ({ method: 'GET', path: '/transactions?limit=50' }),
    render: (answer) => table(SESSION, answer as Row[], 'There was no session yet.'),
  },
  {
    path: ['session', 'show'],
    description: 'one session',
    arguments: [
      { syntax: '<session>', key: 'session', description: 'the number of the transaction, or the id of the session' },
    ],
    request: () => ({ method: 'GET', path: '/transactions?limit=10000' }),
    render(answer, { session }) {
      const row = (answer as Row[]).find(
        ({ localId, transactionId }) => localId === session || String(transactionId) === session,
      );
      if (row === undefined)
        throw new CommandFailed(EXIT.failed, `there is no session ${session}`, 'tapwatt session list shows them');
      return alignColumns(Object.entries(row).map(([key, value]) => [key, text(value)])).join('\n');
    },
  },
  {
    path: ['queue', 'list'],
    description: 'messages that the central system has not answered yet, oldest first',
    arguments: [],
    request: () => ({ method: 'GET', path: '/queue' }),
    render: (answer) => table(MESSAGE, (answer as { messages: Row[] }).messages, 'Nothing waits.'),
  },
  {
    path: ['queue', 'dead-letters'],
    description: 'messages that the central system refused for good, with its reason',
    arguments: [],
    request: () => ({ method: 'GET', path: '/queue' }),
    render: (answer) =>
      table([...MESSAGE, ['reason', 'Reason']], (answer as { dead: Row[] }).dead, 'None was given up.'),
  },
  {
    path: ['queue', 'retry'],
    description: 'send again what was given up: one message, or all',
    arguments: [{ syntax: '[message]', key: 'message', description: 'its id; all when left out' }],
    request: ({ message }) => ({ method: 'POST', path: '/queue/retry', body: { messageId: message ?? null } }),
    render: (answer) => `${text((answer as Row).retried)} in the queue again.`,
  },
  {
    path: ['ocpp', 'key', 'list'],
    description: 'OCPP configuration keys with their values',
    arguments: [],
    request: () => ({ method: 'GET', path: '/keys' }),
    render: (answer) =>
      table(
        [
          ['key', 'Key'],
          ['value', 'Value'],
          ['readonly', 'Read-only'],
        ],
        answer as Row[],
        'None.',
      ),
  },
  {
    path: ['ocpp', 'key', 'get'],
    description: 'the value of an OCPP configuration key',
    arguments: [{ syntax: '<key>', key: 'key', description: 'such as HeartbeatInterval' }],
    request: () => ({ method: 'GET', path: '/keys' }),
    render(answer, { key = '' }) {
      const row = (answer as Row[]).find((entry) => String(entry.key).toLowerCase() === key.toLowerCase());
      if (row === undefined)
        throw new CommandFailed(EXIT.failed, `there is no key ${key}`, 'tapwatt ocpp key list shows them');
      return text(row.value);
    },
  },
  {
    path: ['ocpp', 'key', 'set'],
    description: 'change an OCPP configuration key, as the central system would',
    arguments: [
      { syntax: '<key>', key: 'key', description: 'such as HeartbeatInterval' },
      { syntax: '<value>', key: 'value', description: 'as text' },
    ],
    request: ({ key, value }) => ({ method: 'POST', path: '/keys', body: { key, value } }),
    render: (answer, { key }) => `${key}: ${text((answer as Row).status)}`,
  },
];

export async function runStationCommand(
  command: StationCommand,
  socket: string,
  given: Record<string, string>,
  json: boolean,
): Promise<void> {
  const { method, path, body } = command.request(given);
  const answer = await ask(socket, method, path, body);
  const words = command.render(answer, given);
  console.log(json ? JSON.stringify(answer, null, 2) : words);
}
