import { parse } from 'yaml';
import { type ConfigProblem, formatPath, type Origin } from './problems.js';
import {
  allowsText,
  memberSchema,
  type Path,
  propertiesOf,
  ROOT_SCHEMA,
  type SchemaNode,
  typesOf,
} from './schemaWalk.js';
import { nearest } from './suggest.js';

/** A value from the environment or a flag, to be laid over the file. */
export interface Overlay {
  path: Path;
  value: unknown;
  origin: Origin;
}

export interface Overlays {
  overlays: Overlay[];
  problems: ConfigProblem[];
}

/** Variables with a meaning of their own; everything else that begins with TAPWATT_ is configuration. */
const RESERVED = /^TAPWATT_(CONFIG|SOCKET|VAR|SEED|TEST_.*)$/;

/**
 * Configuration from the environment: `TAPWATT_CSMS__URL`, `TAPWATT_CONNECTORS__0__PHASES`,
 * `TAPWATT_OCPP__CONFIGURATION__HeartbeatInterval`. Two underscores step into a section, single ones are ignored.
 */
export function environmentOverlays(environment: NodeJS.ProcessEnv): Overlays {
  const result: Overlays = { overlays: [], problems: [] };
  for (const [variable, text] of Object.entries(environment).sort(([a], [b]) => a.localeCompare(b))) {
    if (!variable.startsWith('TAPWATT_') || RESERVED.test(variable) || text === undefined) continue;
    const segments = variable.slice('TAPWATT_'.length).split('__');
    add(result, segments, text, { kind: 'environment', variable }, (part) => part.replaceAll('_', '').toLowerCase());
  }
  return result;
}

/** Configuration from `--set csms.url=ws://…`, `--set connectors[0].phases=3`. */
export function flagOverlays(flags: readonly string[]): Overlays {
  const result: Overlays = { overlays: [], problems: [] };
  for (const flag of flags) {
    const origin: Origin = { kind: 'flag', flag: `--set ${flag}` };
    const equals = flag.indexOf('=');
    if (equals < 1) {
      result.problems.push({
        path: '',
        origin,
        message: 'has no "="',
        hint: 'type --set section.key=value, for example --set csms.url=ws://192.168.1.10:8180/ocpp',
      });
      continue;
    }
    const segments = flag
      .slice(0, equals)
      .replaceAll(/\[(\d+)\]/g, '.$1')
      .split('.');
    add(result, segments, flag.slice(equals + 1), origin, (part) => part);
  }
  return result;
}

function add(
  result: Overlays,
  segments: readonly string[],
  text: string,
  origin: Origin,
  normalise: (part: string) => string,
): void {
  const path: (string | number)[] = [];
  let node: SchemaNode = ROOT_SCHEMA;
  for (const segment of segments) {
    const key = findKey(node, segment, normalise);
    const next = key === null ? null : memberSchema(node, key);
    if (key === null || next === null) {
      result.problems.push(unknownSegment(node, path, segment, origin));
      return;
    }
    path.push(key);
    node = next;
  }
  result.overlays.push({ path, value: parseValue(text, node), origin });
}

function findKey(node: SchemaNode, segment: string, normalise: (part: string) => string): string | number | null {
  if (typesOf(node).includes('array')) return /^\d+$/.test(segment) ? Number(segment) : null;
  const key = Object.keys(propertiesOf(node)).find((name) => normalise(name) === normalise(segment));
  if (key !== undefined) return key;
  return typeof node.additionalProperties === 'object' && segment !== '' ? segment : null;
}

function unknownSegment(node: SchemaNode, path: Path, segment: string, origin: Origin): ConfigProblem {
  const message = `names "${segment}", which ${path.length === 0 ? 'is no section of the configuration' : `is not in ${formatPath(path)}`}`;
  if (typesOf(node).includes('array')) {
    return { path: formatPath(path), origin, message, hint: 'name an entry by its number, counted from 0' };
  }
  const names = origin.kind === 'environment' ? allVariables() : Object.keys(propertiesOf(node));
  const wanted = origin.kind === 'environment' ? origin.variable : segment;
  const near = nearest(wanted, names);
  const hint = near === null ? `choose from: ${Object.keys(propertiesOf(node)).join(', ')}` : `did you mean ${near}?`;
  return { path: formatPath(path), origin, message, hint };
}

/** Names of the environment variables of all sections and their direct members, for suggestions. */
function allVariables(): string[] {
  const snake = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
  return Object.entries(propertiesOf(ROOT_SCHEMA)).flatMap(([section, node]) => {
    const members = Object.keys(propertiesOf(node)).map((member) => `TAPWATT_${snake(section)}__${snake(member)}`);
    return members.length > 0 ? members : [`TAPWATT_${snake(section)}`];
  });
}

/** Text where the schema wants text; otherwise what the text means in YAML (numbers, true, null, [lists]). */
function parseValue(text: string, node: SchemaNode): unknown {
  if (allowsText(node) && !(typesOf(node).includes('null') && (text === 'null' || text === ''))) return text;
  if (text === '') return null;
  try {
    return parse(text);
  } catch {
    // Not YAML: stays text, and the schema's message says what is wanted instead.
    return text;
  }
}
