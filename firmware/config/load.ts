import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import { type CheckFiles, crossChecks, nodeFiles } from './checks.js';
import type { ChargePointConfig } from './config.js';
import { explain } from './explain.js';
import { environmentOverlays, flagOverlays, type Overlay } from './overlays.js';
import { ConfigError, type ConfigProblem, formatPath, type Origin } from './problems.js';
import { configSchema } from './schema.js';
import { isRecord, type Path, setAt, walkValues } from './schemaWalk.js';

/** Where a configuration comes from. */
export interface ConfigSources {
  /** Path of the YAML file; null for defaults, environment and flags alone. */
  file: string | null;
  environment?: NodeJS.ProcessEnv;
  /** `path=value`, as after `--set`. */
  flags?: readonly string[];
}

export interface LoadedConfig {
  config: ChargePointConfig;
  /** Absolute path of the file, or null. */
  file: string | null;
}

/** What a YAML text says, and where each of its values stands. */
interface ParsedFile {
  name: string;
  value: Record<string, unknown>;
  problems: ConfigProblem[];
  /** Position of the key or of the value at `path`, or of the nearest parent that exists. */
  locate(path: Path, onKey: boolean): Origin;
}

const ajv = new Ajv({ allErrors: true, useDefaults: true, verbose: true, allowUnionTypes: true, strictTypes: false });
ajv.addVocabulary(['requiresRestart', 'path']);
const validate = ajv.compile(configSchema);

/**
 * Reads, merges (defaults < file < environment < flags) and checks the configuration.
 * @throws ConfigError with every mistake and its place; the process should end with status 78.
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const file = sources.file === null ? null : resolve(sources.file);
  const text = file === null ? '' : readConfigFile(file);
  const config = parseConfig(text, { ...sources, file });
  return { config, file };
}

/** As loadConfig, with the file's text already read. `files` answers whether files that the configuration names exist. */
export function parseConfig(text: string, sources: ConfigSources, files: CheckFiles = nodeFiles): ChargePointConfig {
  const parsed = parseFile(text, sources.file ?? '(no file)');
  const fromEnvironment = environmentOverlays(sources.environment ?? {});
  const fromFlags = flagOverlays(sources.flags ?? []);
  const overlays = [...fromEnvironment.overlays, ...fromFlags.overlays];
  const problems = [...parsed.problems, ...fromEnvironment.problems, ...fromFlags.problems];
  if (parsed.problems.length > 0) throw new ConfigError(problems);

  const merged = parsed.value;
  for (const overlay of overlays) setAt(merged, overlay.path, overlay.value);
  const originOf = (path: Path, onKey: boolean): Origin => overlayOrigin(overlays, path) ?? parsed.locate(path, onKey);

  if (!validate(merged)) {
    for (const { path, onKey, message, hint } of explain(validate.errors ?? [], merged)) {
      problems.push({ path: formatPath(path), origin: originOf(path, onKey), message, hint });
    }
    throw new ConfigError(inOrder(problems));
  }
  if (problems.length > 0) throw new ConfigError(problems);

  // The schema has just said that `merged` is one; a test holds schema and type together.
  const config = merged as unknown as ChargePointConfig;
  resolvePaths(merged, overlays, sources.file);
  for (const { path, message, hint } of crossChecks(config, files)) {
    problems.push({ path: formatPath(path), origin: originOf(path, false), message, hint });
  }
  if (problems.length > 0) throw new ConfigError(inOrder(problems));
  return config;
}

/** What of a text is wrong by the schema alone; files and values that belong together are not looked at. */
export function schemaProblems(text: string): ConfigProblem[] {
  const parsed = parseFile(text, '(no file)');
  if (parsed.problems.length > 0 || validate(parsed.value)) return parsed.problems;
  return explain(validate.errors ?? [], parsed.value).map(({ path, onKey, message, hint }) => ({
    path: formatPath(path),
    origin: parsed.locate(path, onKey),
    message,
    hint,
  }));
}

/** The text of a configuration file that is YAML, right or wrong otherwise. @throws ConfigError with the place. */
export function readYamlFile(file: string): string {
  const text = readConfigFile(file);
  const { problems } = parseFile(text, file);
  if (problems.length > 0) throw new ConfigError(problems);
  return text;
}

function readConfigFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new ConfigError([
      {
        path: '',
        origin: { kind: 'file', file, line: 1, column: 1 },
        message: code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`,
        hint:
          code === 'EACCES'
            ? `let this user read it: sudo chmod o+r ${file}, or run as the user tapwatt`
            : 'name another with --config, or copy config/default.yaml there and edit it',
      },
    ]);
  }
}

function parseFile(text: string, name: string): ParsedFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Origin => {
    const { line, col } = lines.linePos(offset);
    return { kind: 'file', file: name, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  // What the parser says after its first complaint is mostly a consequence of it.
  const problems: ConfigProblem[] = [...document.errors, ...document.warnings].slice(0, 1).map((error) => ({
    path: '',
    origin: at(error.pos[0]),
    message: `not YAML: ${error.message}`,
    hint: yamlHint(error.code),
  }));
  const value: unknown = problems.length > 0 ? {} : (document.toJS() ?? {});
  if (!isRecord(value)) {
    problems.push({
      path: '',
      origin: at(0),
      message: 'the file holds no keys',
      hint: 'write sections such as "csms:"; config/default.yaml is a complete example',
    });
  }
  return {
    name,
    value: isRecord(value) ? value : {},
    problems,
    locate: (path, onKey) => at(offsetOf(document, path, onKey)),
  };
}

function yamlHint(code: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'indent with spaces, two for each level';
    case 'DUPLICATE_KEY':
      return 'delete one of the two';
    case 'BAD_INDENT':
      return 'line it up with the keys around it';
    default:
      return 'put texts with : # or quotes in "double quotes", and indent with two spaces for each level';
  }
}

/** Offset of the value at `path` (or of its key), else of the nearest parent. */
function offsetOf(document: Document, path: Path, onKey: boolean): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const here = path.slice(0, depth);
    if (!document.hasIn(here)) continue;
    const parent: unknown = document.getIn(here.slice(0, -1), true);
    if (isMap(parent)) {
      const pair = parent.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(here.at(-1)),
      );
      const key = pair?.key;
      // A section begins at its own key: more use to a reader than the first line below it.
      const wantsKey = (onKey && depth === path.length) || !isScalar(pair?.value);
      if (wantsKey && isScalar(key) && key.range) return key.range[0];
    }
    const node: unknown = document.getIn(here, true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

/** Origin of the overlay that put the value at `path`, or a part of it; the last one wins. */
function overlayOrigin(overlays: readonly Overlay[], path: Path): Origin | null {
  const covers = (overlay: Overlay): boolean => overlay.path.every((part, index) => path[index] === part);
  return overlays.findLast(covers)?.origin ?? null;
}

/** Makes file paths absolute: from the file's folder when the file says them, else from the working directory. */
function resolvePaths(root: Record<string, unknown>, overlays: readonly Overlay[], file: string | null): void {
  const folder = file === null ? process.cwd() : dirname(file);
  walkValues(root, (path, value, schema) => {
    if (schema.path !== true || typeof value !== 'string') return;
    setAt(root, path, resolve(overlayOrigin(overlays, path) === null ? folder : process.cwd(), value));
  });
}

/** Problems of the file by line, then those of environment and flags. */
function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const rank = ({ origin }: ConfigProblem): number =>
    origin.kind === 'file' ? origin.line * 10_000 + origin.column : Number.MAX_SAFE_INTEGER;
  return [...problems].sort((a, b) => rank(a) - rank(b));
}
