import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { probeHardware } from '@tapwatt/hal';
import { parseAssignment, setValues } from '../../config/edit.js';
import { parseConfig } from '../../config/load.js';
import { SYSTEM_CONFIG_FILE } from '../../config/locate.js';
import type { Call } from '../commands/spec.js';
import { CommandFailed, EXIT } from '../exitCodes.js';
import { createStyle } from '../style.js';
import { replaceFile } from '../support/writeFile.js';
import { type Asking, askQuestions } from './asking.js';
import { type Machine, toEdits } from './questions.js';
import { refuseAnswer, tryAnswers } from './tryAnswers.js';

const TEMPLATE = fileURLToPath(new URL('../../../../config/default.yaml', import.meta.url));
const SCHEMA = fileURLToPath(new URL('../../../../config/tapwatt.schema.json', import.meta.url));

/** ARPHRD_CAN: the type of CAN interfaces, real and virtual. */
const CAN_TYPE = '280';

function canInterfaces(root = '/sys/class/net'): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root).filter((name) => {
    const type = `${root}/${name}/type`;
    return existsSync(type) && readFileSync(type, 'utf8').trim() === CAN_TYPE;
  });
}

/**
 * `tapwatt init`: asks what a charge point needs, tries the answers, writes the configuration. An existing file is only
 * replaced with --force, and kept beside the new one then. `asking` is a terminal; tests have their own.
 * @throws CommandFailed, ConfigError (nothing is written then).
 */
export async function initCommand(call: Call, asking: Asking | null = terminal()): Promise<void> {
  const file = resolve(call.file.config ?? SYSTEM_CONFIG_FILE);
  if (existsSync(file) && !call.flag('force')) {
    throw new CommandFailed(
      EXIT.failed,
      `${file} is already there and is not overwritten`,
      'change it with: tapwatt config set KEY VALUE; or begin anew with --force (the old one is kept beside it)',
    );
  }
  const yes = call.flag('yes');
  const from = call.text('from');
  if (!yes && asking === null) {
    throw new CommandFailed(
      EXIT.usage,
      'there is no terminal to ask on',
      'tapwatt init --yes --set csms.url=ws://… --set csms.chargePointId=…',
    );
  }
  const given = new Map<string, string>();
  for (const flag of call.file.set ?? []) {
    const equals = flag.indexOf('=');
    if (equals < 1) throw new CommandFailed(EXIT.usage, `--set ${flag}: there is no "="`, 'type --set csms.url=ws://…');
    given.set(flag.slice(0, equals), flag.slice(equals + 1));
  }
  const interfaces = canInterfaces();
  const machine: Machine = {
    hostname: hostname(),
    capabilities: await probeHardware({ canInterface: given.get('can.interface') ?? interfaces[0] ?? 'can0' }),
    canInterfaces: interfaces,
  };
  showMachine(machine);
  const template = readTemplate(from);
  const textOf = (answers: ReadonlyMap<string, string>): string =>
    setValues(template, toEdits(answers, parseAssignment));
  // What is in a file that is begun with is answered already, but for what the command line says.
  const answers =
    from === undefined
      ? await askQuestions(machine, given, yes ? null : asking, {
          refuse: (soFar, key) => refuseAnswer(textOf(soFar), key),
          tryOut: (soFar, checks) => tryAnswers(textOf(soFar), checks),
        })
      : given;
  asking?.close();
  const text = textOf(answers);
  parseConfig(text, { file });
  const kept = write(file, text);
  if (call.json) {
    console.log(JSON.stringify({ file, kept }));
    return;
  }
  if (kept !== null) console.error(`The configuration that was there is kept: ${kept}`);
  console.log(`${file} is written and valid.`);
  console.log('Next: sudo tapwatt doctor        looks for faults');
  console.log('      sudo tapwatt service start && tapwatt status --watch');
}

/** @returns where the file that was there is kept; null when there was none. */
function write(file: string, text: string): string | null {
  mkdirSync(dirname(file), { recursive: true });
  let kept: string | null = null;
  if (existsSync(file)) {
    kept = `${file}.before-${new Date().toISOString().replaceAll(/[-:]|\..*/g, '')}`;
    copyFileSync(file, kept);
  }
  replaceFile(file, text);
  return kept;
}

function terminal(): Asking | null {
  if (!process.stdin.isTTY) return null;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return {
    question: (text) => lines.question(text),
    say: (text) => console.error(text),
    close: () => lines.close(),
  };
}

function readTemplate(from: string | undefined): string {
  const path = from ?? TEMPLATE;
  try {
    // Where the schema is as seen from wherever the file will be.
    return readFileSync(path, 'utf8').replace('$schema=./tapwatt.schema.json', `$schema=${SCHEMA}`);
  } catch (error) {
    throw new CommandFailed(
      EXIT.failed,
      error instanceof Error ? error.message : String(error),
      'name a YAML file after --from',
    );
  }
}

function showMachine({ capabilities }: Machine): void {
  const style = createStyle(Boolean(process.stderr.isTTY), process.env);
  for (const { id, usable, reason, fix } of capabilities) {
    console.error(
      usable
        ? `${style.green('✓')} ${id}: ${reason}`
        : `${style.yellow('!')} ${id}: ${reason}${fix ? ` — ${fix}` : ''}`,
    );
  }
}
