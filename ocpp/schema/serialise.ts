import type { JsonSchema } from '../protocol/protocol.js';

/**
 * JSON without white space, properties in the schema's order at every level, those the schema does not know after
 * them in their own order, undefined left out. The same content is therefore always the same bytes.
 * @throws TypeError for what JSON cannot hold (a cycle, a BigInt)
 */
export function serialise(value: unknown, schema: JsonSchema | undefined, root = schema): string {
  const rule = resolve(schema, root);
  if (Array.isArray(value)) return `[${value.map((item) => serialise(item ?? null, rule?.items, root)).join(',')}]`;
  if (!isPlainObject(value)) return JSON.stringify(value) ?? 'null';
  const known = rule?.properties ?? {};
  const keys = [
    ...Object.keys(known).filter((key) => Object.hasOwn(value, key)),
    ...Object.keys(value).filter((key) => !Object.hasOwn(known, key)),
  ];
  const members = keys
    .filter((key) => value[key] !== undefined)
    .map(
      (key) =>
        `${JSON.stringify(key)}:${serialise(value[key], Object.hasOwn(known, key) ? known[key] : undefined, root)}`,
    );
  return `{${members.join(',')}}`;
}

/** Follows `#/definitions/…`, the only kind of reference in the OCPP schemas. */
export function resolve(schema: JsonSchema | undefined, root: JsonSchema | undefined): JsonSchema | undefined {
  if (schema?.$ref === undefined) return schema;
  return root?.definitions?.[schema.$ref.replace('#/definitions/', '')];
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !('toJSON' in value && typeof value.toJSON === 'function');
}
