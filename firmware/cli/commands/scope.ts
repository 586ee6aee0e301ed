import { CONFIG_OPTION, type CommandSpec, wholeNumber } from './spec.js';

/** `tapwatt scope`. */
export const scopeCommands: readonly CommandSpec[] = [
  {
    path: 'scope',
    section: 'Look',
    summary: 'current and limit of the power modules over 60 s, live, until Ctrl-C',
    options: [
      CONFIG_OPTION,
      {
        flags: '-c, --connector <id>',
        key: 'connector',
        description: 'only this one',
        parse: wholeNumber(1, 1_000_000),
      },
      { flags: '--record <file>', key: 'record', description: 'also into a new CSV file', values: 'file' },
    ],
    json: true,
    async run(call) {
      const { scopeCommand } = await import('../../scope/scopeCommand.js');
      process.exitCode = await scopeCommand(await call.socket(), {
        connectorId: call.number('connector') ?? null,
        record: call.text('record') ?? null,
        json: call.json,
        config: call.file.config ?? null,
      });
    },
  },
];
