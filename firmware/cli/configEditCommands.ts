import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listOrigins, parseAssignment, parseKey, setValues, unsetValue } from '../config/edit.js';
import { schemaOf } from '../config/explain.js';
import { loadConfig, parseConfig, readYamlFile } from '../config/load.js';
import { formatPath } from '../config/problems.js';
import { type Path, valueAt } from '../config/schemaWalk.js';
import type { FileOptions } from './commands/spec.js';
import { requireConfigFile } from './configCommands.js';
import { CommandFailed, EXIT } from './exitCodes.js';
import { alignColumns } from './style.js';
import { replaceFile } from './support/writeFile.js';

/** How a value is shown: text as it is, everything else as JSON. */
function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `tapwatt config get KEY`: the value that counts. @throws ConfigError, CommandFailed (1) when nothing is there. */
export function getCommand(key: string, options: FileOptions, json: boolean): void {
  const file = requireConfigFile(options);
  const path = parseKey(key);
  const { config } = loadConfig({ file, environment: process.env, flags: options.set ?? [] });
  const value = valueAt(config, path);
  if (value === undefined)
    throw new CommandFailed(EXIT.failed, `${key} is not set`, 'tapwatt config list shows what is');
  console.log(json ? JSON.stringify(value) : shown(value));
}

/** Checks a new text as `run` would, and writes it. A text that is wrong changes nothing. @throws ConfigError */
function write(file: string, text: string): void {
  parseConfig(text, { file });
  replaceFile(file, text);
}

/** Says what was written and what has to be typed for it to count. */
function written(file: string, path: Path, json: boolean): void {
  const key = formatPath(path);
  const live = schemaOf(path).requiresRestart !== true;
  const next = live ? 'tapwatt reload' : 'sudo systemctl restart tapwatt';
  if (json) console.log(JSON.stringify({ file, key, requiresRestart: !live }));
  else console.error(`${key} is written. It counts after: ${next}`);
}

/** `tapwatt config set KEY VALUE`. @throws ConfigError; nothing is written then. */
export function setCommand(key: string, value: string, options: FileOptions, json: boolean): void {
  const file = requireConfigFile(options);
  const edit = parseAssignment(key, value);
  write(file, setValues(readYamlFile(file), [edit]));
  written(file, edit.path, json);
}

/** `tapwatt config unset KEY`: back to the default. */
export function unsetCommand(key: string, options: FileOptions, json: boolean): void {
  const file = requireConfigFile(options);
  const path = parseKey(key);
  const text = unsetValue(readYamlFile(file), path);
  if (text === null)
    throw new CommandFailed(EXIT.failed, `${key} is not in ${file}`, 'tapwatt config list --origin shows who says it');
  write(file, text);
  written(file, path, json);
}

/** `tapwatt config list [--origin]`; `changed`: `tapwatt config diff`, only what differs from the defaults. */
export function listCommand(
  options: FileOptions,
  { json, origin, changed }: { json: boolean; origin: boolean; changed: boolean },
): void {
  const file = requireConfigFile(options);
  const flags = options.set ?? [];
  const { config } = loadConfig({ file, environment: process.env, flags });
  const all = listOrigins(config, { text: readFileSync(file, 'utf8'), file, environment: process.env, flags });
  const lines = changed ? all.filter((line) => line.origin !== 'default' && line.value !== line.usual) : all;
  if (json) {
    console.log(JSON.stringify(lines, null, 2));
    return;
  }
  if (lines.length === 0) console.error('Nothing differs from the defaults.');
  const rows = lines.map(({ path, value, usual, origin: who }) => [
    path,
    shown(value),
    ...(changed ? [usual === undefined ? '–' : `default ${shown(usual)}`] : []),
    ...(origin ? [who] : []),
  ]);
  console.log(alignColumns(rows).join('\n'));
}

/** `tapwatt config edit`: $EDITOR on a copy, which replaces the file only when it is right. */
export function editCommand(options: FileOptions): void {
  const file = requireConfigFile(options);
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-edit-'));
  const copy = join(directory, 'config.yaml');
  try {
    copyFileSync(file, copy);
    const editor = process.env.VISUAL ?? process.env.EDITOR ?? 'nano';
    const { status, error } = spawnSync(editor, [copy], { stdio: 'inherit', shell: editor.includes(' ') });
    if (error !== undefined)
      throw new CommandFailed(
        EXIT.failed,
        `${editor}: ${error.message}`,
        'name your editor: EDITOR=vi tapwatt config edit',
      );
    if (status !== 0)
      throw new CommandFailed(EXIT.failed, `${editor} ended with status ${status}; nothing was changed`);
    const text = readFileSync(copy, 'utf8');
    if (text === readFileSync(file, 'utf8')) {
      console.error('Nothing was changed.');
      return;
    }
    try {
      write(file, text);
    } catch (error) {
      // What was typed is not lost.
      copyFileSync(copy, join(tmpdir(), 'tapwatt-config-refused.yaml'));
      console.error(`${file} is unchanged; what you typed is in ${join(tmpdir(), 'tapwatt-config-refused.yaml')}`);
      throw error;
    }
    console.error(`${file} is written. It counts after: sudo systemctl restart tapwatt`);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
