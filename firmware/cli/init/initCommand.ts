import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { probeHardware } from '@tapwatt/hal';
import { parseAssignment, setValues } from '../../config/edit.js';
import { parseConfig } from '../../config/load.js';
import { SYSTEM_CONFIG_FILE } from '../../config/locate.js';
import { ConfigError } from '../../config/problems.js';
import { CommandFailed, EXIT } from '../exitCodes.js';
import { createStyle } from '../style.js';
import { replaceFile } from '../support/writeFile.js';
import { type Machine, QUESTIONS, toEdits } from './questions.js';

export interface InitOptions {
  config?: string;
  /** A configuration to begin with, instead of config/default.yaml. */
  from?: string;
  yes?: boolean;
  force?: boolean;
  set?: string[];
}

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
 * `tapwatt init`: asks what a charge point needs, shows what the machine has, writes the configuration. An existing
 * file is only replaced with --force, and kept beside the new one then.
 * @throws CommandFailed, ConfigError (nothing is written then).
 */
export async function initCommand(options: InitOptions): Promise<void> {
  const file = resolve(options.config ?? SYSTEM_CONFIG_FILE);
  if (existsSync(file) && options.force !== true) {
    throw new CommandFailed(
      EXIT.failed,
      `${file} is already there and is not overwritten`,
      'change it with: tapwatt config set KEY VALUE; or begin anew with --force (the old one is kept beside it)',
    );
  }
  if (options.yes !== true && !process.stdin.isTTY) {
    throw new CommandFailed(
      EXIT.usage,
      'there is no terminal to ask on',
      'tapwatt init --yes --set csms.url=ws://… --set csms.chargePointId=…',
    );
  }
  const given = new Map<string, string>();
  for (const flag of options.set ?? []) {
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
  // What is in a file that is begun with is answered already, but for what the command line says.
  const answers = options.from === undefined ? await ask(machine, given, options.yes === true) : given;
  const text = setValues(readTemplate(options.from), toEdits(answers, parseAssignment));
  parseConfig(text, { file });
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file)) {
    const kept = `${file}.before-${new Date().toISOString().replaceAll(/[-:]|\..*/g, '')}`;
    copyFileSync(file, kept);
    console.error(`The configuration that was there is kept: ${kept}`);
  }
  replaceFile(file, text);
  console.log(`${file} is written and valid.`);
  console.log('Next: tapwatt doctor        looks for faults');
  console.log('      sudo systemctl start tapwatt && tapwatt status --watch');
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

async function ask(machine: Machine, given: ReadonlyMap<string, string>, yes: boolean): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  const terminal = yes ? null : createInterface({ input: process.stdin, output: process.stderr });
  try {
    for (const question of QUESTIONS) {
      if (question.when !== undefined && !question.when(answers)) continue;
      const suggestion = given.get(question.key) ?? question.suggest(machine);
      answers.set(
        question.key,
        terminal === null || given.has(question.key)
          ? suggestion
          : await askOne(question.key, question.ask, suggestion),
      );
    }
  } finally {
    terminal?.close();
  }
  for (const [key, value] of given) answers.set(key, value);
  return answers;

  async function askOne(key: string, text: string, suggestion: string): Promise<string> {
    for (;;) {
      const typed = (await terminal?.question(`${text} [${suggestion}]: `))?.trim();
      const answer = typed === undefined || typed === '' ? suggestion : typed;
      try {
        parseAssignment(key, answer);
        return answer;
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        console.error(error.message);
      }
    }
  }
}
