import { configSchema } from './schema.js';

/** The parts of JSON Schema that schema.ts uses. */
export interface SchemaNode {
  type?: string | readonly string[];
  properties?: Record<string, SchemaNode>;
  additionalProperties?: boolean | SchemaNode;
  items?: SchemaNode;
  allOf?: readonly { if: SchemaNode; then: SchemaNode }[];
  enum?: readonly unknown[];
  default?: unknown;
  description?: string;
  path?: boolean;
  requiresRestart?: boolean;
}

export const ROOT_SCHEMA: SchemaNode = configSchema as unknown as SchemaNode;

/** All properties that the node may have in any of its variants (`reader`, `can`). */
export function propertiesOf(node: SchemaNode): Record<string, SchemaNode> {
  const variants = (node.allOf ?? []).map((variant) => variant.then.properties ?? {});
  return Object.assign({}, ...variants, node.properties ?? {});
}

/** The schema of one member of `node`, or null when there is no such member. */
export function memberSchema(node: SchemaNode, key: string | number): SchemaNode | null {
  if (typeof key === 'number') return node.items ?? null;
  const property = propertiesOf(node)[key];
  if (property !== undefined) return property;
  return typeof node.additionalProperties === 'object' ? node.additionalProperties : null;
}

/** Whether a value of this schema may be text. */
export function allowsText(node: SchemaNode): boolean {
  return typesOf(node).includes('string');
}

export function typesOf(node: SchemaNode): readonly string[] {
  if (node.type === undefined) return [];
  return typeof node.type === 'string' ? [node.type] : node.type;
}

export type Path = readonly (string | number)[];

/** Calls `visit` for each value in `value` that the schema knows, parents before children. */
export function walkValues(
  value: unknown,
  visit: (path: Path, value: unknown, schema: SchemaNode) => void,
  node: SchemaNode = ROOT_SCHEMA,
  path: Path = [],
): void {
  visit(path, value, node);
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      const schema = memberSchema(node, index);
      if (schema !== null) walkValues(item, visit, schema, [...path, index]);
    });
  } else if (isRecord(value)) {
    for (const [key, member] of Object.entries(value)) {
      const schema = memberSchema(node, key);
      if (schema !== null) walkValues(member, visit, schema, [...path, key]);
    }
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at `path`, or undefined. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((current, key) => {
    if (Array.isArray(current)) return current[Number(key)];
    return isRecord(current) ? current[String(key)] : undefined;
  }, value);
}

/** Puts `member` at `path` of `root`, making objects (or arrays, before a number) on the way. */
export function setAt(root: Record<string, unknown>, path: Path, member: unknown): void {
  let current: Record<string | number, unknown> = root;
  path.slice(0, -1).forEach((key, index) => {
    const next = current[key];
    if (typeof next === 'object' && next !== null) {
      current = next as Record<string | number, unknown>;
      return;
    }
    const made = typeof path[index + 1] === 'number' ? [] : {};
    current[key] = made;
    current = made as Record<string | number, unknown>;
  });
  const last = path.at(-1);
  if (last !== undefined) current[last] = member;
}
