import { isMap, LineCounter, parseDocument } from 'yaml';
import type { ChargePointConfig } from './config.js';
import { environmentOverlays, flagOverlays, type Overlay } from './overlays.js';
import { ConfigError, formatOrigin, formatPath, type Origin } from './problems.js';
import { isRecord, type Path, valueAt, walkValues } from './schemaWalk.js';

/** The path that a person wrote, as `connectors[0].relayPin`, with the value as the schema reads it. @throws ConfigError */
export function parseAssignment(key: string, text: string): { path: Path; value: unknown } {
  const { overlays, problems } = flagOverlays([`${key}=${text}`]);
  const [overlay] = overlays;
  if (problems.length > 0 || overlay === undefined) throw new ConfigError(problems);
  return { path: overlay.path, value: overlay.value };
}

/** As parseAssignment, without a value. @throws ConfigError */
export function parseKey(key: string): Path {
  return parseAssignment(key, 'null').path;
}

/**
 * The text with values set, comments and order kept.
 * A new `kind` of reader or CAN bus replaces its section: the keys of one kind are unknown to the other.
 */
export function setValues(text: string, edits: readonly { path: Path; value: unknown }[]): string {
  const document = parseDocument(text);
  for (const { path, value } of edits) {
    const section = path.slice(0, -1);
    if (path.at(-1) === 'kind' && document.getIn(path) !== value) {
      document.setIn(section, document.createNode({ kind: value }));
    } else {
      document.setIn(path, value);
    }
  }
  return document.toString(STYLE);
}

/** The text without the value at `path`; null when it is not there. */
export function unsetValue(text: string, path: Path): string | null {
  const document = parseDocument(text);
  if (!document.hasIn(path)) return null;
  document.deleteIn(path);
  const parent = document.getIn(path.slice(0, -1));
  // A section that has become empty would be `csms: {}`.
  if (path.length > 1 && isMap(parent) && parent.items.length === 0) document.deleteIn(path.slice(0, -1));
  return document.toString(STYLE);
}

const STYLE = { lineWidth: 0, flowCollectionPadding: true } as const;

/** One value of the configuration that counts, and who said it. */
export interface OriginLine {
  path: string;
  value: unknown;
  /** What it would be if nobody said anything; undefined when it has to be said. */
  usual: unknown;
  /** `default`, `config.yaml:12:3`, `environment TAPWATT_…`, `--set …` */
  origin: string;
}

/** Each leaf of `config` with its origin, in the order of the schema. */
export function listOrigins(
  config: ChargePointConfig,
  source: { text: string; file: string; environment: NodeJS.ProcessEnv; flags: readonly string[] },
): OriginLine[] {
  const lines = new LineCounter();
  const document = parseDocument(source.text, { lineCounter: lines });
  const written: unknown = document.toJS();
  const overlays = [...environmentOverlays(source.environment).overlays, ...flagOverlays(source.flags).overlays];
  const result: OriginLine[] = [];
  walkValues(config, (path, value, schema) => {
    const isLeaf = !isRecord(value) && !(Array.isArray(value) && value.length > 0);
    if (isLeaf && path.length > 0)
      result.push({ path: formatPath(path), value, usual: schema.default, origin: origin(path) });
  });
  return result;

  function origin(path: Path): string {
    const over = overlays.findLast((overlay: Overlay) => overlay.path.every((part, index) => path[index] === part));
    if (over !== undefined) return formatOrigin(over.origin);
    if (valueAt(written, path) === undefined) return 'default';
    const node: unknown = document.getIn(path, true);
    const range = isRecord(node) ? (node.range as [number] | undefined) : undefined;
    const { line, col } = lines.linePos(range?.[0] ?? 0);
    const place: Origin = { kind: 'file', file: source.file, line, column: col };
    return formatOrigin(place);
  }
}
