import type { CommandDefinition } from './definition.js';
import { CHARGING_COMMANDS } from './table-charging.js';
import { CORE_COMMANDS } from './table-core.js';
import { FILE_COMMANDS } from './table-files.js';
import { RESERVATION_COMMANDS } from './table-reservations.js';

/** 2.x commands are known by name, so that a 1.6 charge point's refusal says `operation_not_supported`. */
const V201_COMMANDS: readonly CommandDefinition[] = ['get-variables', 'set-variables'].map((name) => ({
  name,
  action: name === 'get-variables' ? 'GetVariables' : 'SetVariables',
  versions: ['2.0.1'],
  body: {
    type: 'object',
    required: ['variables'],
    properties: { variables: { type: 'array', items: { type: 'object' } } },
  },
}));

/** Every command, by name. */
export const COMMANDS: ReadonlyMap<string, CommandDefinition> = new Map(
  [...CORE_COMMANDS, ...CHARGING_COMMANDS, ...RESERVATION_COMMANDS, ...FILE_COMMANDS, ...V201_COMMANDS].map(
    (definition) => [definition.name, definition],
  ),
);
