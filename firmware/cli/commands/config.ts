import type { Command } from 'commander';
import { configOption, type FileOptions, JSON_FLAG, setOption, wantsJson } from './options.js';

/** `tapwatt init` and `tapwatt config …`. */
export function addConfigCommands(program: Command): void {
  program
    .command('init')
    .description('set the charge point up: asks, looks at the machine, writes the configuration')
    .addOption(configOption())
    .addOption(setOption())
    .option('-y, --yes', 'ask nothing: what --set says, else what fits most')
    .option('--from <file>', 'begin with this configuration')
    .option('--force', 'replace a configuration that is there (it is kept beside the new one)')
    .action(async (options: FileOptions) => (await import('../init/initCommand.js')).initCommand(options));

  const config = program.command('config').description('the configuration file');
  config
    .command('validate')
    .description('check it; every mistake with line, column and what to type')
    .addOption(configOption())
    .addOption(setOption())
    .option(...JSON_FLAG)
    .action(async (options: FileOptions, command: Command) =>
      (await import('../configCommands.js')).validateCommand(options, wantsJson(command)),
    );
  config
    .command('path')
    .description('where it is')
    .addOption(configOption())
    .action(async (options: FileOptions) => (await import('../configCommands.js')).pathCommand(options));
  config
    .command('schema')
    .description('its JSON Schema, for editors')
    .action(async () => (await import('../configCommands.js')).schemaCommand());
  config
    .command('get <key>')
    .description('a value that counts, as csms.url or connectors[0].relayPin')
    .addOption(configOption())
    .addOption(setOption())
    .option(...JSON_FLAG)
    .action(async (key: string, options: FileOptions, command: Command) =>
      (await import('../configEditCommands.js')).getCommand(key, options, wantsJson(command)),
    );
  config
    .command('set <key> <value>')
    .description('write a value into the file; comments stay, a value that is wrong changes nothing')
    .addOption(configOption())
    .action(async (key: string, value: string, options: FileOptions) =>
      (await import('../configEditCommands.js')).setCommand(key, value, options),
    );
  config
    .command('unset <key>')
    .description('take a value out of the file: the default counts again')
    .addOption(configOption())
    .action(async (key: string, options: FileOptions) =>
      (await import('../configEditCommands.js')).unsetCommand(key, options),
    );
  config
    .command('list')
    .description('all values that count')
    .addOption(configOption())
    .addOption(setOption())
    .option('--origin', 'who says each: default, file:line, environment, flag')
    .option(...JSON_FLAG)
    .action(async (options: FileOptions & { origin?: boolean }, command: Command) =>
      (await import('../configEditCommands.js')).listCommand(options, wantsJson(command)),
    );
  config
    .command('diff')
    .description('what differs from the defaults, and who says it')
    .addOption(configOption())
    .addOption(setOption())
    .option(...JSON_FLAG)
    .action(async (options: FileOptions, command: Command) =>
      (await import('../configEditCommands.js')).listCommand(options, wantsJson(command), 'changed'),
    );
  config
    .command('edit')
    .description('open it in $EDITOR; it is replaced only when it is right')
    .addOption(configOption())
    .action(async (options: FileOptions) => (await import('../configEditCommands.js')).editCommand(options));
}
