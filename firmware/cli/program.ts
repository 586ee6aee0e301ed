import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { TAPWATT_VERSION } from '../config/version.js';
import { type BenchCommand, benchCommands, type Parse, runBenchCommand } from './benchCommands.js';
import { addConfigCommands } from './commands/config.js';
import { addDiagnoseCommands } from './commands/diagnose.js';
import { addHardwareCommands } from './commands/hardware.js';
import { addOperateCommands } from './commands/operate.js';
import { configOption, type FileOptions, type GlobalOptions, setOption, socketOf } from './commands/options.js';
import { addTreeCommands } from './commands/tree.js';
import { EXIT_HELP } from './exitCodes.js';

/** The command tree. Actions import what they need when they run, so that `--help` is quick. */
export function buildProgram(): Command {
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
    .addHelpText('after', EXIT_HELP);

  program
    .command('run')
    .description('run the charge point in the foreground')
    .addOption(configOption())
    .addOption(setOption())
    .action(async (options: FileOptions) => (await import('./runCommand.js')).runCommand(options));

  program
    .command('status')
    .description('what the running charge point does')
    .option('-w, --watch', 'again at each event')
    .option('--json', 'print JSON and nothing else')
    .action(async (options: { watch?: boolean }, command: Command) => {
      const { json } = command.optsWithGlobals<GlobalOptions>();
      const { statusCommand } = await import('./statusCommand.js');
      await statusCommand(await socketOf(command), { watch: options.watch === true, json: json === true });
    });

  program
    .command('reload')
    .description('read the configuration again; says what waits for a restart')
    .action(async (_options: object, command: Command) => {
      const { ask } = await import('../control/client.js');
      const result = (await ask(await socketOf(command), 'POST', '/reload', {})) as {
        applied: string[];
        needsRestart: string[];
      };
      if (command.optsWithGlobals<GlobalOptions>().json) {
        console.log(JSON.stringify(result));
        return;
      }
      const { applied, needsRestart } = result;
      if (applied.length + needsRestart.length === 0) console.log('Nothing has changed.');
      if (applied.length > 0) console.log(`In effect now: ${applied.join(', ')}`);
      if (needsRestart.length > 0) console.log(`Waits for a restart: ${needsRestart.join(', ')}`);
    });

  addConfigCommands(program);
  for (const command of benchCommands) addBenchCommand(program, command);
  addDiagnoseCommands(program);
  addOperateCommands(program);
  addHardwareCommands(program);
  addTreeCommands(program);
  return program;
}

function addBenchCommand(program: Command, bench: BenchCommand): void {
  const command = program.command(bench.name).description(`${bench.description} (simulated hardware only)`);
  for (const { syntax, description, choices } of bench.arguments) {
    const argument = new Argument(syntax, description);
    command.addArgument(choices === undefined ? argument : argument.choices([...choices]));
  }
  const optionKeys = bench.options.map(({ flags, key, description, parse }) => {
    const option = new Option(flags, description).argParser(parser(parse));
    command.addOption(option);
    return { key, attribute: option.attributeName() };
  });
  command.option('--json', 'print JSON and nothing else');
  command.action(async (...given: unknown[]) => {
    const body: Record<string, unknown> = {};
    bench.arguments.forEach(({ key }, index) => {
      if (given[index] !== undefined) body[key] = given[index];
    });
    const options = command.opts<Record<string, unknown>>();
    for (const { key, attribute } of optionKeys) if (options[attribute] !== undefined) body[key] = options[attribute];
    const { json } = command.optsWithGlobals<GlobalOptions>();
    await runBenchCommand(bench, await socketOf(command), body, json === true);
  });
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
