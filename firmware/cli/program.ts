import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { TAPWATT_VERSION } from '../config/version.js';
import { openCall } from './call.js';
import { type ArgumentSpec, type CommandSpec, type OptionSpec, type Parse, SECTIONS } from './commands/spec.js';
import { COMMANDS, GROUPS, groupOf } from './commands/table.js';
import { EXIT_HELP } from './exitCodes.js';

export interface ProgramOptions {
  /** Gets what commander would print to standard error. */
  onComplaint?: (text: string) => void;
}

/** commander's program from the table of commands. */
export function buildProgram({ onComplaint }: ProgramOptions = {}): Command {
  const program = new Command('tapwatt')
    .description('A charge point on a Raspberry Pi, or on a laptop with simulated hardware.')
    .version(TAPWATT_VERSION)
    .option(
      '--socket <path>',
      'control socket of the running charge point (else TAPWATT_SOCKET, else the configuration)',
    )
    .option('--json', 'print JSON and nothing else')
    .showHelpAfterError('(tapwatt help says more)')
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText('after', EXIT_HELP)
    .addHelpCommand(new Command('help').argument('[command]').description('help for a command').helpGroup('Shell:'));
  if (onComplaint !== undefined) program.configureOutput({ writeErr: onComplaint });

  const groups = new Map<string, Command>([['', program]]);
  const groupCommand = (path: string, section: string): Command => {
    const known = groups.get(path);
    if (known !== undefined) return known;
    const made = groupCommand(groupOf(path), section)
      .command(path.split(' ').at(-1) ?? path)
      .description(GROUPS[path] ?? '')
      .helpGroup(`${section}:`)
      .helpCommand(false);
    groups.set(path, made);
    return made;
  };
  // Sections in their order, commands in that of the table.
  for (const section of SECTIONS) {
    for (const spec of COMMANDS.filter((command) => command.section === section)) {
      addCommand(groupCommand(groupOf(spec.path), section), spec);
    }
  }
  return program;
}

function addCommand(parent: Command, spec: CommandSpec): void {
  const command = parent
    .command(spec.path.split(' ').at(-1) ?? spec.path)
    .description([spec.summary, spec.details].filter((text) => text !== undefined).join('\n\n'))
    .summary(spec.summary)
    .helpGroup(`${spec.section}:`);
  for (const argument of spec.arguments ?? []) command.addArgument(toArgument(argument));
  for (const option of spec.options ?? []) command.addOption(toOption(option));
  if (spec.json) command.option('--json', 'print JSON and nothing else');
  if (spec.examples !== undefined) command.addHelpText('after', `\nExamples:\n${examples(spec.examples)}`);
  command.action(async () => {
    const call = openCall(spec, command);
    await spec.run(call);
  });
}

function examples(lines: NonNullable<CommandSpec['examples']>): string {
  return lines.map(([line, what]) => (what === '' ? `  ${line}` : `  ${line}\n      ${what}`)).join('\n');
}

function toArgument({ syntax, description, choices, parse }: ArgumentSpec): Argument {
  const argument = new Argument(syntax, description);
  if (choices !== undefined) return argument.choices([...choices]);
  return parse === undefined ? argument : argument.argParser(parser(parse));
}

function toOption({ flags, description, env, repeated, parse }: OptionSpec): Option {
  const option = new Option(flags, description);
  if (env !== undefined) option.env(env);
  if (repeated === true) option.argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);
  else if (parse !== undefined) option.argParser(parser(parse));
  return option;
}

function parser(parse: Parse): (text: string) => unknown {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };
}
