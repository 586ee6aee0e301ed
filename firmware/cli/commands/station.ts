import { CommandFailed, EXIT } from '../exitCodes.js';
import { alignColumns } from '../style.js';
import type { ArgumentSpec, CommandSpec } from './spec.js';

type Given = Readonly<Record<string, unknown>>;
type Row = Record<string, unknown>;

/** A command that is one question to the running charge point. */
interface StationCommand {
  path: string;
  section: 'Look' | 'Change';
  summary: string;
  details?: string;
  examples?: NonNullable<CommandSpec['examples']>;
  arguments?: readonly ArgumentSpec[];
  request(given: Given): { method: 'GET' | 'POST'; path: string; body?: object };
  /** What of the answer was asked for; this is what --json prints. @throws CommandFailed when it is not there. */
  select?(answer: unknown, given: Given): unknown;
  /** That in words. */
  render(selected: unknown, given: Given): string;
}

const text = (value: unknown): string => (value === null || value === undefined ? '–' : String(value));

function table(heads: readonly (readonly [key: string, head: string])[], rows: readonly Row[], none: string): string {
  if (rows.length === 0) return none;
  return alignColumns([heads.map(([, head]) => head), ...rows.map((row) => heads.map(([key]) => text(row[key])))]).join(
    '\n',
  );
}

const CARD: ArgumentSpec = {
  syntax: '<idTag>',
  key: 'idTag',
  description: 'UID in hex, as tapwatt nfc read shows it',
};
const KEY: ArgumentSpec = {
  syntax: '<key>',
  key: 'key',
  description: 'such as HeartbeatInterval',
  values: 'ocpp-key',
};
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

const changeTag = (name: string, summary: string, status: string | null, done: string): StationCommand => ({
  path: `tag ${name}`,
  section: 'Change',
  summary,
  arguments: [CARD],
  request: ({ idTag }) => ({ method: 'POST', path: '/tags', body: { idTag, status } }),
  render: (answer, { idTag }) =>
    `${idTag} ${done}.${(answer as Row).enabled === false ? ' The list is off: tapwatt ocpp key set LocalAuthListEnabled true' : ''}`,
});

const TABLE: readonly StationCommand[] = [
  {
    path: 'session list',
    section: 'Look',
    summary: 'charging sessions of the journal, the newest 50 first',
    request: () => ({ method: 'GET', path: '/transactions?limit=50' }),
    render: (answer) => table(SESSION, answer as Row[], 'There was no session yet.'),
  },
  {
    path: 'session show',
    section: 'Look',
    summary: 'one session',
    arguments: [
      { syntax: '<session>', key: 'session', description: 'the number of the transaction, or the id of the session' },
    ],
    request: () => ({ method: 'GET', path: '/transactions?limit=10000' }),
    select(answer, { session }) {
      const matches = (answer as Row[]).filter(
        ({ localId, transactionId }) =>
          String(transactionId) === session ||
          (String(session).length >= 4 && String(localId).startsWith(String(session))),
      );
      const [row] = matches;
      if (row === undefined)
        throw new CommandFailed(EXIT.failed, `there is no session ${session}`, 'tapwatt session list shows them');
      if (matches.length > 1)
        throw new CommandFailed(EXIT.failed, `${matches.length} sessions begin with ${session}`, 'type more of the id');
      return row;
    },
    render: (row) => alignColumns(Object.entries(row as Row).map(([key, value]) => [key, text(value)])).join('\n'),
  },
  {
    path: 'queue list',
    section: 'Look',
    summary: 'messages that the central system has not answered yet, oldest first',
    request: () => ({ method: 'GET', path: '/queue' }),
    select(answer) {
      const { pending, oldestAt, messages } = answer as Row;
      return { pending, oldestAt, messages };
    },
    render: (queue) => table(MESSAGE, (queue as { messages: Row[] }).messages, 'Nothing waits.'),
  },
  {
    path: 'queue dead-letters',
    section: 'Look',
    summary: 'messages that the central system refused for good, with its reason',
    request: () => ({ method: 'GET', path: '/queue' }),
    select(answer) {
      const { deadLetters, dead } = answer as Row;
      return { deadLetters, messages: dead };
    },
    render: (queue) =>
      table([...MESSAGE, ['reason', 'Reason']], (queue as { messages: Row[] }).messages, 'None was given up.'),
  },
  {
    path: 'queue retry',
    section: 'Change',
    summary: 'send again what was given up: one message, or all',
    arguments: [{ syntax: '[message]', key: 'message', description: 'its id; all when left out' }],
    request: ({ message }) => ({ method: 'POST', path: '/queue/retry', body: { messageId: message ?? null } }),
    render: (answer) => `${text((answer as Row).retried)} in the queue again.`,
  },
  {
    path: 'tag list',
    section: 'Look',
    summary: 'cards on the local authorization list',
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
  changeTag(
    'add',
    'put a card on the local list, until the central system sends another list',
    'Accepted',
    'is on the local list',
  ),
  changeTag('remove', 'take a card off the local list', null, 'is not on the local list any more'),
  {
    path: 'ocpp key list',
    section: 'Look',
    summary: 'OCPP configuration keys with their values',
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
    path: 'ocpp key get',
    section: 'Look',
    summary: 'the value of an OCPP configuration key',
    arguments: [KEY],
    request: () => ({ method: 'GET', path: '/keys' }),
    select(answer, { key }) {
      const wanted = String(key).toLowerCase();
      const row = (answer as Row[]).find((entry) => String(entry.key).toLowerCase() === wanted);
      if (row === undefined)
        throw new CommandFailed(EXIT.failed, `there is no key ${key}`, 'tapwatt ocpp key list shows them');
      return row;
    },
    render: (row) => text((row as Row).value),
  },
  {
    path: 'ocpp key set',
    section: 'Change',
    summary: 'change an OCPP configuration key, as the central system would',
    examples: [['tapwatt ocpp key set MeterValueSampleInterval 10', 'meter values every 10 s']],
    arguments: [KEY, { syntax: '<value>', key: 'value', description: 'as text' }],
    request: ({ key, value }) => ({ method: 'POST', path: '/keys', body: { key, value } }),
    render: (answer, { key }) => `${key}: ${text((answer as Row).status)}`,
  },
];

/** Commands that ask the running charge point one thing. */
export const stationCommands: readonly CommandSpec[] = TABLE.map((station) => ({
  ...station,
  json: true,
  async run(call) {
    const { ask } = await import('../../control/client.js');
    const { method, path, body } = station.request(call.given);
    const answer = await ask(await call.socket(), method, path, body);
    const selected = station.select === undefined ? answer : station.select(answer, call.given);
    console.log(call.json ? JSON.stringify(selected, null, 2) : station.render(selected, call.given));
  },
}));
