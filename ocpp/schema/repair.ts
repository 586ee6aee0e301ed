import type { JsonSchema } from '../protocol/protocol.js';
import { resolve } from './serialise.js';

/** Cut, one tag would become another one. */
const NEVER_CUT = new Set(['idTag', 'parentIdTag']);

/**
 * What the other end meant, as far as it can be told (the verdict `fix`): a number given as a text and a text given as
 * a number, a text that is too long, properties that do not exist, optional ones that are null or empty, enumerations
 * in other letters or with white space around them. Pure; only what the schema refuses is touched, and what cannot be
 * mended stays as it came.
 */
export function repair(value: unknown, schema: JsonSchema | undefined, name = '', root = schema): unknown {
  const rule = resolve(schema, root);
  if (rule === undefined) return value;
  if (rule.properties !== undefined) return isObject(value) ? repairObject(value, rule, root) : value;
  if (rule.type === 'array') {
    // One item where a list is due.
    const items = Array.isArray(value) ? value : isObject(value) ? [value] : null;
    return items === null ? value : items.map((item) => repair(item, rule.items, name, root));
  }
  if (rule.type === 'integer' || rule.type === 'number') return repairNumber(value, rule);
  if (rule.type === 'boolean') return repairBoolean(value);
  if (rule.type === 'string' || rule.enum !== undefined) return repairText(value, rule, name);
  return value;
}

function repairObject(value: Record<string, unknown>, rule: JsonSchema, root: JsonSchema | undefined): object {
  const mended: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const known = Object.hasOwn(rule.properties ?? {}, key) ? rule.properties?.[key] : undefined;
    if (known === undefined) {
      if (rule.additionalProperties !== false) mended[key] = member;
      continue;
    }
    const given = repair(member, known, key, root);
    const required = rule.required?.includes(key) === true;
    if (!required && (member === null || isEmptyWhereSomethingIsDue(given, resolve(known, root)))) continue;
    mended[key] = given;
  }
  return mended;
}

/** An empty text is a value of a plain text, but no number, no enumeration and no time. */
function isEmptyWhereSomethingIsDue(value: unknown, rule: JsonSchema | undefined): boolean {
  if (typeof value !== 'string' || value.trim() !== '') return false;
  return rule?.type !== 'string' || rule.enum !== undefined || rule.format !== undefined;
}

function repairNumber(value: unknown, rule: JsonSchema): unknown {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value.trim().replace(',', '.')) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return value;
  if (rule.type === 'integer') return Number.isInteger(number) ? number : Math.round(number);
  return number;
}

function repairBoolean(value: unknown): unknown {
  const text = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (text === 'true' || text === 1) return true;
  if (text === 'false' || text === 0) return false;
  return value;
}

function repairText(value: unknown, rule: JsonSchema, name: string): unknown {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string') return value;
  if (rule.enum !== undefined) {
    if (rule.enum.includes(text)) return text;
    const wanted = text.trim().toLowerCase();
    return rule.enum.find((one) => typeof one === 'string' && one.toLowerCase() === wanted) ?? text;
  }
  if (rule.maxLength === undefined || text.length <= rule.maxLength) return text;
  const trimmed = text.trim();
  return trimmed.length <= rule.maxLength || NEVER_CUT.has(name) ? trimmed : trimmed.slice(0, rule.maxLength);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
