import { memberSchema, propertiesOf, ROOT_SCHEMA, type SchemaNode, typesOf } from '../../config/schemaWalk.js';
import { CONFIGURATION_KEYS } from '../../ocpp/v16/keys.js';
import type { Values } from '../commands/spec.js';

/** The words that a shell offers for a value; null where files are offered, empty where nothing can be. */
export function wordsFor(values: Values | 'any' | null): readonly string[] | null {
  switch (values) {
    case 'file':
      return null;
    case 'config-key':
      return configKeys(ROOT_SCHEMA);
    case 'ocpp-key':
      return CONFIGURATION_KEYS.map(({ name }) => name);
    case 'any':
    case null:
      return [];
    default:
      return values;
  }
}

/** Keys of the configuration that hold a value, as `csms.url`; of lists of sections, those of the first entry. */
function configKeys(node: SchemaNode, path = ''): string[] {
  return Object.entries(propertiesOf(node)).flatMap(([name, member]) => {
    const here = path === '' ? name : `${path}.${name}`;
    if (typesOf(member).includes('object')) return configKeys(member, here);
    const item = typesOf(member).includes('array') ? memberSchema(member, 0) : null;
    if (item !== null && typesOf(item).includes('object')) return configKeys(item, `${here}[0]`);
    return [here];
  });
}
