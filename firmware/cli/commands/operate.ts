import { Argument, type Command } from 'commander';
import { type StationCommand, stationCommands } from '../stationCommands.js';
import { configOption, type FileOptions, JSON_FLAG, socketOf, wantsJson } from './options.js';

/** Groups of commands, parents first. */
const GROUPS: Readonly<Record<string, string>> = {
  tag: 'the local authorization list',
  session: 'charging sessions',
  queue: 'messages for the central system',
  ocpp: 'OCPP',
  'ocpp key': 'OCPP configuration keys',
};

/** Commands for whoever runs a charge point: service, log, cards, sessions, queue, keys, backup. */
export function addOperateCommands(program: Command): void {
  const service = program.command('service').description('the systemd service');
  for (const [action, description] of [
    ['start', 'start it'],
    ['stop', 'stop it: outputs off, journal closed'],
    ['restart', 'stop and start it'],
    ['status', 'what systemd says of it'],
    ['install', 'put units, user and groups in place (packages have done so)'],
    ['uninstall', 'switch it off for good'],
  ] as const) {
    service
      .command(action)
      .description(description)
      .action(async () => (await import('../serviceCommands.js')).serviceCommand(action));
  }
  program
    .command('logs')
    .description('the log of the service')
    .option('-f, --follow', 'and what comes')
    .option('-n, --lines <n>', 'how many lines', '100')
    .action(async (options: { follow?: boolean; lines: string }) =>
      (await import('../serviceCommands.js')).logsCommand(options),
    );

  const groups = new Map<string, Command>([['', program]]);
  for (const [path, description] of Object.entries(GROUPS)) {
    const names = path.split(' ');
    const parent = groups.get(names.slice(0, -1).join(' ')) ?? program;
    groups.set(path, parent.command(names.at(-1) ?? path).description(description));
  }
  for (const command of stationCommands) {
    addStationCommand(groups.get(command.path.slice(0, -1).join(' ')) ?? program, command);
  }

  program
    .command('backup <file>')
    .description('configuration, secrets and journal in one archive; the charge point must be stopped')
    .addOption(configOption())
    .option('--force', 'overwrite the file')
    .action(async (file: string, options: FileOptions & { force?: boolean }) =>
      (await import('../backupCommands.js')).backupCommand(file, options),
    );
  program
    .command('restore <file>')
    .description('the journal of a backup in place of the one that is there, which is kept')
    .addOption(configOption())
    .action(async (file: string, options: FileOptions) =>
      (await import('../backupCommands.js')).restoreCommand(file, options),
    );
  program
    .command('version')
    .description('versions of tapwatt, Node.js and the system')
    .option(...JSON_FLAG)
    .action(async (_options: object, command: Command) => {
      const { TAPWATT_VERSION } = await import('../../config/version.js');
      const { release } = await import('node:os');
      const versions = {
        tapwatt: TAPWATT_VERSION,
        node: process.versions.node,
        abi: process.versions.modules,
        arch: process.arch,
        kernel: release(),
      };
      console.log(
        wantsJson(command)
          ? JSON.stringify(versions)
          : Object.entries(versions)
              .map(([name, value]) => `${name} ${value}`)
              .join('\n'),
      );
    });
}

function addStationCommand(group: Command, station: StationCommand): void {
  const command = group.command(station.path.at(-1) ?? '').description(station.description);
  for (const { syntax, description, choices } of station.arguments) {
    const argument = new Argument(syntax, description);
    command.addArgument(choices === undefined ? argument : argument.choices([...choices]));
  }
  command.option(...JSON_FLAG).action(async (...given: unknown[]) => {
    const values: Record<string, string> = {};
    station.arguments.forEach(({ key }, index) => {
      const value = given[index];
      if (typeof value === 'string') values[key] = value;
    });
    const { runStationCommand } = await import('../stationCommands.js');
    await runStationCommand(station, await socketOf(command), values, wantsJson(command));
  });
}
