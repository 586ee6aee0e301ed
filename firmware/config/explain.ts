import type { ErrorObject } from 'ajv';
import { memberSchema, type Path, propertiesOf, ROOT_SCHEMA, type SchemaNode, typesOf, valueAt } from './schemaWalk.js';
import { nearest } from './suggest.js';

/** A schema violation in words. `onKey`: the mistake is the key, not its value. */
export interface Explanation {
  path: Path;
  onKey: boolean;
  message: string;
  hint: string;
}

const TYPE_WORDS: Record<string, string> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a section with keys',
  array: 'a list',
  null: 'null',
};

/** Ajv's errors in words, without those that only repeat others (`if`, the items of `contains`). */
export function explain(errors: readonly ErrorObject[], root: unknown): Explanation[] {
  const seen = new Set<string>();
  return errors
    .filter((error) => error.keyword !== 'if' && !error.schemaPath.includes('/contains/'))
    .map((error) => explainOne(error, root))
    .filter((explanation) => {
      const key = `${explanation.path.join('/')} ${explanation.message}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
}

function explainOne(error: ErrorObject, root: unknown): Explanation {
  const path = pointerPath(error.instancePath, root);
  const value = valueAt(root, path);
  const node = schemaOf(path);
  const params = error.params as Record<string, unknown>;
  const at = (message: string, hint: string): Explanation => ({ path, onKey: false, message, hint });
  const written = JSON.stringify(value);
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params.additionalProperty);
      const names = allowedNames(error, node);
      const near = nearest(key, names);
      return {
        path: [...path, key],
        onKey: true,
        message: 'unknown key',
        hint: near === null ? `delete it; known here: ${names.join(', ')}` : `did you mean "${near}"?`,
      };
    }
    case 'required': {
      const key = String(params.missingProperty);
      const missing = memberSchema(node, key);
      return at(`"${key}" is missing`, `add "${key}:"${missing?.description ? ` – ${missing.description}` : ''}`);
    }
    case 'type': {
      const wanted = typesOf(error.parentSchema as SchemaNode)
        .map((type) => TYPE_WORDS[type] ?? type)
        .join(' or ');
      const quotes = typeof value === 'number' && wanted.startsWith('text') ? `put it in quotes: "${value}"` : null;
      return at(`${written} is not ${wanted}`, quotes ?? describe(node, `write ${wanted}`));
    }
    case 'enum': {
      const choices = (params.allowedValues as unknown[]).map(String);
      const near = nearest(String(value), choices);
      return at(
        `${written} is none of ${choices.join(', ')}`,
        near === null ? describe(node, `choose one of ${choices.join(', ')}`) : `did you mean "${near}"?`,
      );
    }
    case 'minimum':
      return at(`${written} is too small`, describe(node, `at least ${String(params.limit)}`));
    case 'maximum':
      return at(`${written} is too large`, describe(node, `at most ${String(params.limit)}`));
    case 'minLength':
      return at('is empty', describe(node, 'write something'));
    case 'maxLength':
      return at(`${written} is too long`, describe(node, `at most ${String(params.limit)} characters`));
    case 'pattern':
      return at(`${written} has not the right form`, describe(node, `it must match ${String(params.pattern)}`));
    case 'minItems':
      return at('the list is empty', describe(node, `it needs at least ${String(params.limit)} entry`));
    case 'maxItems':
      return at('the list is too long', describe(node, `it may have at most ${String(params.limit)} entries`));
    case 'uniqueItems':
      return at('an entry is there twice', describe(node, 'delete one of them'));
    case 'contains':
      return at('"Core" is missing', 'add Core: it cannot be switched off');
    default:
      return at(error.message ?? error.keyword, describe(node, 'see config/tapwatt.schema.json'));
  }
}

function describe(node: SchemaNode, what: string): string {
  return node.description === undefined ? what : `${what} – ${node.description}`;
}

/** Names allowed where an unknown key stood: those of the chosen variant of `reader` and `can`. */
function allowedNames(error: ErrorObject, node: SchemaNode): string[] {
  const parent = error.parentSchema as SchemaNode | undefined;
  return Object.keys(parent?.properties ?? propertiesOf(node));
}

/** JSON pointer to path; digits are indices where the value is an array. */
function pointerPath(pointer: string, root: unknown): Path {
  const parts = pointer.split('/').slice(1);
  const path: (string | number)[] = [];
  for (const part of parts) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(valueAt(root, path)) ? Number(name) : name);
  }
  return path;
}

/** Schema of the value at `path`; an empty schema where there is none. */
export function schemaOf(path: Path): SchemaNode {
  return path.reduce<SchemaNode>((node, key) => memberSchema(node, key) ?? {}, ROOT_SCHEMA);
}
