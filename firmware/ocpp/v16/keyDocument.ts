import type { ChargePointFacts, KeyDefinition, KeyType } from './keyDefinition.js';

/** The table of configuration keys for people, in Markdown. `KEYS.md` is this for one connector with everything on. */
export function keyDocument(keys: readonly KeyDefinition[], facts: ChargePointFacts): string {
  const rows = keys.map((key) => [
    `\`${key.name}\``,
    key.profile,
    key.section,
    key.readOnlyWhen === undefined ? key.access : `${key.access}, R with fixed cables only`,
    describe(key.type) + (key.unit === null ? '' : `, ${key.unit}`),
    `\`${key.initial(facts)}\``,
    key.description,
  ]);
  return [
    '# OCPP 1.6 configuration keys',
    '',
    'Made from `keys.ts` (a test keeps it so: `UPDATE_KEYS=1 node scripts/test.mjs ocpp/keys` writes it anew).',
    'Default is for one three-phase connector with a lock.',
    '',
    '| key | profile | section | access | type | default | what it does |',
    '|---|---|---|---|---|---|---|',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
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
