// Writes the message types of an OCPP version from the JSON schemas that ship in ocpp-rpc.
//
//   node ocpp/scripts/generate.mjs            writes ocpp/v16/generated/*.ts (committed)
//   node ocpp/scripts/generate.mjs --check    exit 1 when the committed files differ
//
// The schemas leave most objects and enumerations without a name; ocpp/scripts/names-v16.mjs gives them the names of
// the specification. Something unnamed, or one name for two shapes, ends the script with a message.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { V16 } from './names-v16.mjs';

const require = createRequire(import.meta.url);
const VERSIONS = [V16];

/** File contents by path below ocpp/, for every version. */
export function generate() {
  return new Map(VERSIONS.flatMap((version) => [...generateVersion(version)]));
}

function generateVersion(version) {
  const schemas = require(version.schemas);
  const byId = new Map(schemas.map((schema) => [schema.$id, schema]));
  const actions = [...byId.keys()].filter((id) => id.endsWith(version.request)).map((id) => actionOf(id, version));
  const types = new Types(version);
  const messages = actions.flatMap((action) => [
    types.message(`${action}Request`, schemaFor(byId, `urn:${action}${version.request}`)),
    types.message(`${action}Response`, schemaFor(byId, `urn:${action}${version.response}`)),
  ]);
  checkDirections(version, actions);
  const banner = `// Made by ocpp/scripts/generate.mjs from ${version.schemas}. Do not edit.\n\n`;
  return new Map([
    [`${version.directory}/messages.ts`, banner + [...types.declarations(), ...messages].join('\n')],
    [`${version.directory}/actions.ts`, banner + actionsFile(version, actions)],
  ]);
}

function actionOf(id, version) {
  return id.slice('urn:'.length, -version.request.length);
}

function schemaFor(byId, id) {
  const schema = byId.get(id);
  if (schema === undefined) throw new Error(`no schema ${id}`);
  return schema;
}

function checkDirections({ sentByChargePoint, sentByCentralSystem }, actions) {
  const known = new Set([...sentByChargePoint, ...sentByCentralSystem]);
  const missing = actions.filter((action) => !known.has(action));
  const surplus = [...known].filter((action) => !actions.includes(action));
  if (missing.length + surplus.length > 0)
    throw new Error(`directions: missing ${missing.join(', ')}; without schema ${surplus.join(', ')}`);
}

class Types {
  #version;
  #texts = new Map();

  constructor(version) {
    this.#version = version;
  }

  message(name, schema) {
    const path = schema.$id.slice('urn:'.length);
    // An empty interface would take any object.
    if (Object.keys(schema.properties ?? {}).length === 0) return `export type ${name} = Record<string, never>;\n`;
    return `export interface ${name} ${this.#objectBody(schema, path, schema)}\n`;
  }

  declarations() {
    return [...this.#texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  }

  #objectBody(schema, path, root) {
    const required = new Set(schema.required ?? []);
    const lines = Object.entries(schema.properties ?? {}).map(([key, property]) => {
      const type = this.#type(property, `${path}/${key}`, root);
      const note = noteOf(resolve(property, root));
      // `| undefined`: the serialiser leaves out what is undefined, so callers need not.
      const member = required.has(key) ? `${key}: ${type};` : `${key}?: ${type} | undefined;`;
      return `${note ? `  /** ${note} */\n` : ''}  ${member}\n`;
    });
    return lines.length === 0 ? '{}' : `{\n${lines.join('')}}`;
  }

  #type(schema, path, root) {
    if (schema.$ref !== undefined) {
      const name = schema.$ref.replace('#/definitions/', '');
      return this.#named(name, resolve(schema, root), path, root);
    }
    if (schema.enum !== undefined || (schema.type === 'object' && schema.properties !== undefined))
      return this.#named(this.#nameOf(path), schema, path, root);
    switch (schema.type) {
      case 'array':
        return `${this.#type(schema.items, `${path}[]`, root)}[]`;
      case 'string':
        return 'string';
      case 'integer':
      case 'number':
        return 'number';
      case 'boolean':
        return 'boolean';
      case undefined:
        return 'unknown';
      default:
        throw new Error(`${path}: unexpected type ${schema.type}`);
    }
  }

  #nameOf(path) {
    const name = this.#version.names.find(([pattern]) => new RegExp(`^${pattern}$`).test(path))?.[1];
    if (name === undefined) throw new Error(`${path} has no name: add it to ocpp/scripts/names-v16.mjs`);
    return name;
  }

  #named(name, schema, path, root) {
    const text =
      schema.enum === undefined
        ? `export interface ${name} ${this.#objectBody(schema, path, root)}\n`
        : `export type ${name} =\n${schema.enum.map((value) => `  | ${quote(value)}`).join('\n')};\n`;
    const known = this.#texts.get(name);
    if (known !== undefined && known !== text) throw new Error(`${path}: ${name} already names another shape`);
    this.#texts.set(name, text);
    return name;
  }
}

function resolve(schema, root) {
  if (schema.$ref === undefined) return schema;
  const target = root.definitions?.[schema.$ref.replace('#/definitions/', '')];
  if (target === undefined) throw new Error(`${root.$id}: ${schema.$ref} leads nowhere`);
  return target;
}

function noteOf(schema) {
  const notes = [];
  if (schema.maxLength !== undefined) notes.push(`At most ${schema.maxLength} characters.`);
  if (schema.format === 'date-time') notes.push('ISO 8601.');
  if (schema.format === 'uri') notes.push('URI.');
  if (schema.type === 'integer') notes.push('Integer.');
  if (schema.multipleOf !== undefined) notes.push(`Multiple of ${schema.multipleOf}.`);
  if (schema.type === 'array' && schema.items?.maxLength !== undefined)
    notes.push(`Each at most ${schema.items.maxLength} characters.`);
  if (schema.minItems !== undefined) notes.push(`At least ${schema.minItems}.`);
  if (schema.maxItems !== undefined) notes.push(`At most ${schema.maxItems}.`);
  return notes.join(' ');
}

function quote(text) {
  return `'${String(text).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function actionsFile({ prefix, sentByChargePoint, sentByCentralSystem }, actions) {
  const list = (name, comment, items) =>
    `/** ${comment} */\nexport const ${name} = [\n${items.map((item) => `  ${quote(item)},\n`).join('')}] as const;\n`;
  const constant = prefix.toUpperCase();
  return [
    `import type * as messages from './messages.js';\n`,
    `/** Request and response payload of every action. */\nexport interface ${prefix}Actions {`,
    ...actions.map((a) => `  ${a}: { request: messages.${a}Request; response: messages.${a}Response };`),
    `}\n\nexport type ${prefix}Action = keyof ${prefix}Actions;\n`,
    list(`${constant}_SENT_BY_CHARGE_POINT`, 'CALLs that a charge point may send.', sentByChargePoint),
    list(`${constant}_SENT_BY_CENTRAL_SYSTEM`, 'CALLs that a central system may send.', sentByCentralSystem),
    `export type ${prefix}SentByChargePoint = (typeof ${constant}_SENT_BY_CHARGE_POINT)[number];`,
    `export type ${prefix}SentByCentralSystem = (typeof ${constant}_SENT_BY_CENTRAL_SYSTEM)[number];\n`,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = new URL('../', import.meta.url);
  for (const [path, text] of generate()) {
    const file = new URL(path, root);
    if (!process.argv.includes('--check')) {
      writeFileSync(file, text);
    } else if (readFileSync(file, 'utf8') !== text) {
      console.error(`ocpp/${path} is not what ocpp/scripts/generate.mjs writes: run it`);
      process.exitCode = 1;
    }
  }
}
