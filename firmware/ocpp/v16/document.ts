import { V16_SENT_BY_CENTRAL_SYSTEM, V16_SENT_BY_CHARGE_POINT } from '@tapwatt/ocpp/v16';
import { HANDLERS } from './handlers/table.js';
import type { ChargePointFacts, KeyDefinition, KeyType } from './keyDefinition.js';
import { BUILT_PROFILES } from './keyDefinition.js';
import { CONFIGURATION_KEYS } from './keys.js';
import { MESSAGES } from './messages.js';

/** The tables of `firmware/ocpp/README.md`, in Markdown, made from the code's own tables. */

/** One three-phase connector with a lock and a dimmable light, everything on. */
const EXAMPLE: ChargePointFacts = {
  connectors: [{ connectorId: 1, phases: 3, hasLock: true, hasPlugSensor: true }],
  featureProfiles: BUILT_PROFILES,
  callTimeoutS: 30,
  indicator: 'dimmable',
};

/** `text` with what stands between its markers `<!-- messages -->` and `<!-- keys -->` made anew. @throws Error without them */
export function withTables(text: string): string {
  return replaced(replaced(text, 'messages', messageTable()), 'keys', keyTable(CONFIGURATION_KEYS, EXAMPLE));
}

function replaced(text: string, name: string, table: string): string {
  const pattern = new RegExp(`<!-- ${name} -->[\\s\\S]*?<!-- /${name} -->`);
  if (!pattern.test(text)) throw new Error(`there is no <!-- ${name} --> … <!-- /${name} --> in the text`);
  return text.replace(pattern, () => `<!-- ${name} -->\n\n${table}\n\n<!-- /${name} -->`);
}

function messageTable(): string {
  const received = V16_SENT_BY_CENTRAL_SYSTEM.map((action) => {
    const entry = HANDLERS[action];
    const { section, does } = MESSAGES.received[action];
    return [action, '←', entry?.profile ?? '–', section, entry === undefined ? 'not served' : 'served', does];
  });
  const sent = V16_SENT_BY_CHARGE_POINT.map((action) => {
    const { section, does } = MESSAGES.sent[action];
    return [action, '→', '', section, 'sent', does];
  });
  return table(['message', '', 'profile', 'section', 'state', 'here'], [...received, ...sent]);
}

function keyTable(keys: readonly KeyDefinition[], facts: ChargePointFacts): string {
  return table(
    ['key', 'profile', 'section', 'required', 'access', 'type', 'default', 'reboot', 'what it does'],
    keys.map((key) => [
      `\`${key.name}\``,
      key.profile,
      key.section,
      key.required ? 'yes' : '',
      access(key),
      describe(key.type) + (key.unit === null ? '' : `, ${key.unit}`),
      key.access === 'W' ? '' : `\`${key.initial(facts)}\``,
      key.rebootRequired ? 'yes' : '',
      key.description,
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function access(key: KeyDefinition): string {
  if (key.readOnlyWhen !== undefined) return `${key.access}, R with fixed cables only`;
  return key.setByFile === true ? `${key.access}, set by the file` : key.access;
}

function describe(type: KeyType): string {
  switch (type.kind) {
    case 'boolean':
      return 'boolean';
    case 'integer':
      return `integer ${type.minimum} to ${type.maximum}`;
    case 'string':
      return `text, at most ${type.maximumLength} characters`;
    case 'list':
      return `list, at most ${type.maximumItems} items`;
  }
}
