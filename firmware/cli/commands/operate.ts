import { CONFIG_OPTION, type CommandSpec, SET_OPTION, wholeNumber } from './spec.js';

/** Running and looking after a charge point. */
export const operateCommands: readonly CommandSpec[] = [
  {
    path: 'run',
    section: 'Run',
    summary: 'run the charge point in the foreground',
    details:
      'What the service does. SIGTERM and Ctrl-C end it in good order (status 0); a second one ends it by force (143, 130).',
    options: [CONFIG_OPTION, SET_OPTION],
    json: false,
    run: async (call) => (await import('../runCommand.js')).runCommand(call.file),
  },
  {
    path: 'simulate',
    section: 'Run',
    summary: 'run a charge point on simulated hardware, without any configuration',
    details:
      'The drivers are the real ones; below them a simulated reader answers I2C bytes and a simulated power module CAN frames. ' +
      'Command it from another terminal: tapwatt plug-in, tapwatt tap A1B2C3D4, tapwatt status --watch.',
    examples: [['tapwatt simulate --url ws://192.168.1.10:8180/ocpp --id TEST-1', 'against your central system']],
    options: [
      { flags: '--url <url>', key: 'url', description: 'central system (default ws://127.0.0.1:8180/ocpp)' },
      { flags: '--id <chargePointId>', key: 'id', description: 'charge point id (default SIM-1)' },
      {
        flags: '--connectors <n>',
        key: 'connectors',
        description: 'how many connectors (default 1)',
        parse: wholeNumber(1, 8),
      },
      {
        flags: '--directory <folder>',
        key: 'directory',
        description: 'where its journal is (default ~/.local/state/tapwatt/simulation)',
        values: 'file',
      },
      SET_OPTION,
    ],
    json: false,
    run: async (call) => (await import('../simulateCommand.js')).simulateCommand(call),
  },
  {
    path: 'status',
    section: 'Look',
    summary: 'what the running charge point does',
    options: [{ flags: '-w, --watch', key: 'watch', description: 'again at each event, until Ctrl-C' }],
    json: true,
    run: async (call) =>
      (await import('../statusCommand.js')).statusCommand(await call.socket(), {
        watch: call.flag('watch'),
        json: call.json,
      }),
  },
  {
    path: 'logs',
    section: 'Look',
    summary: 'the log of the service',
    examples: [['tapwatt logs -f', 'and what comes, until Ctrl-C']],
    options: [
      { flags: '-f, --follow', key: 'follow', description: 'and what comes' },
      {
        flags: '-n, --lines <n>',
        key: 'lines',
        description: 'how many lines (default 100)',
        parse: wholeNumber(0, 1_000_000),
      },
    ],
    json: true,
    run: async (call) => (await import('../logs/logsCommand.js')).logsCommand(call),
  },
  {
    path: 'version',
    section: 'Look',
    summary: 'versions of tapwatt, Node.js and the system',
    json: true,
    run: async (call) => (await import('../versionCommand.js')).versionCommand(call.json),
  },
  {
    path: 'reload',
    section: 'Change',
    summary: 'read the configuration again; says what waits for a restart',
    json: true,
    run: async (call) => (await import('../reloadCommand.js')).reloadCommand(await call.socket(), call.json),
  },
  {
    path: 'backup',
    section: 'Change',
    summary: 'configuration, secrets and journal in one archive; the charge point must be stopped',
    arguments: [{ syntax: '<file>', key: 'file', description: 'such as /media/usb/cp-001.tar.gz', values: 'file' }],
    options: [CONFIG_OPTION, { flags: '--force', key: 'force', description: 'overwrite the file' }],
    json: true,
    run: async (call) => (await import('../backupCommands.js')).backupCommand(call),
  },
  {
    path: 'restore',
    section: 'Change',
    summary: 'the journal of a backup in place of the one that is there, which is kept',
    arguments: [{ syntax: '<file>', key: 'file', description: 'what tapwatt backup has made', values: 'file' }],
    options: [CONFIG_OPTION],
    json: true,
    run: async (call) => (await import('../backupCommands.js')).restoreCommand(call),
  },
];
