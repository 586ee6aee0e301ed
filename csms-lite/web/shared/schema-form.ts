/**
 * Forms from JSON Schemas: what the API's command descriptions say becomes fields, what a person typed becomes a
 * body. Pure; both halves are tested against the real descriptions.
 */
interface JsonSchema {
  type?: string | readonly string[];
  enum?: readonly (string | number)[];
  examples?: readonly (string | number)[];
  format?: string;
  title?: string;
  description?: string;
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  items?: JsonSchema;
}

export interface Field {
  /** Path of the member: `firmware.location`. */
  path: string;
  label: string;
  required: boolean;
  description: string;
  kind: 'text' | 'long-text' | 'integer' | 'number' | 'boolean' | 'choice' | 'time' | 'texts' | 'json';
  /** Of `choice`: all there are. Of `text`: suggestions. */
  choices: readonly string[];
}

function typeOf(schema: JsonSchema): string {
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return types.find((type) => type !== 'null') ?? (schema.properties === undefined ? 'string' : 'object');
}

/** Members whose texts are long: certificates and signatures. */
const LONG = /certificate(Chain)?$|^signature$/i;

function kindOf(name: string, schema: JsonSchema): Field['kind'] {
  if (schema.enum !== undefined) return 'choice';
  switch (typeOf(schema)) {
    case 'integer':
      return 'integer';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return schema.items !== undefined && typeOf(schema.items) === 'string' ? 'texts' : 'json';
    case 'object':
      return 'json';
    default:
      if (schema.format === 'date-time') return 'time';
      return LONG.test(name) ? 'long-text' : 'text';
  }
}

/** The fields of an object schema, required ones first; objects with known members are opened up. */
export function fieldsOf(schema: object, prefix = '', allRequired = true): Field[] {
  const { properties = {}, required = [] } = schema as JsonSchema;
  const fields = Object.entries(properties).flatMap(([name, member]): Field[] => {
    const isRequired = allRequired && required.includes(name);
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (member.properties !== undefined) return fieldsOf(member, path, isRequired);
    const choices = (member.enum ?? member.examples ?? []).map(String);
    const description = member.description ?? '';
    return [
      { path, label: member.title ?? path, required: isRequired, description, kind: kindOf(name, member), choices },
    ];
  });
  return [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)];
}

export type FormValues = Readonly<Record<string, string>>;

export interface FormBody {
  body: Record<string, unknown>;
  /** By field path: what is wrong with it. */
  problems: Record<string, string>;
}

type Reading = { value: unknown } | { problem: string };

function readValue(field: Field, text: string): Reading {
  switch (field.kind) {
    case 'integer': {
      const value = Number(text);
      return Number.isSafeInteger(value) ? { value } : { problem: 'must be a whole number' };
    }
    case 'number': {
      const value = Number(text);
      return Number.isFinite(value) ? { value } : { problem: 'must be a number' };
    }
    case 'boolean':
      return { value: text === 'true' };
    case 'time': {
      const atMs = Date.parse(text);
      return Number.isNaN(atMs) ? { problem: 'must be a time' } : { value: new Date(atMs).toISOString() };
    }
    case 'texts':
      return {
        value: text
          .split(/[\n,]/)
          .map((part) => part.trim())
          .filter((part) => part !== ''),
      };
    case 'json':
      try {
        return { value: JSON.parse(text) as unknown };
      } catch (error) {
        return { problem: `is no JSON: ${(error as Error).message}` };
      }
    case 'text':
    case 'long-text':
    case 'choice':
      return { value: text };
  }
}

function put(body: Record<string, unknown>, path: string, value: unknown): void {
  const [head = '', ...rest] = path.split('.');
  if (rest.length === 0) {
    body[head] = value;
    return;
  }
  const inner = (body[head] ?? {}) as Record<string, unknown>;
  body[head] = inner;
  put(inner, rest.join('.'), value);
}

/** The body that the values make. Empty fields are absent members; what cannot be read is told by field. */
export function bodyOf(fields: readonly Field[], values: FormValues): FormBody {
  const body: Record<string, unknown> = {};
  const problems: Record<string, string> = {};
  for (const field of fields) {
    const text = values[field.path] ?? '';
    if (text.trim() === '') {
      if (field.required) problems[field.path] = 'is needed';
      continue;
    }
    const reading = readValue(field, field.kind === 'text' ? text : text.trim());
    if ('problem' in reading) problems[field.path] = reading.problem;
    else put(body, field.path, reading.value);
  }
  return { body, problems };
}
