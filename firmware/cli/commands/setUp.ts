import { CONFIG_OPTION, type CommandSpec, SET_OPTION } from './spec.js';

const KEY = {
  syntax: '<key>',
  key: 'key',
  description: 'as csms.url or connectors[0].relayPin',
  values: 'config-key',
} as const;

/** Setting a charge point up: `init`, `doctor`, `config …`, `service …`. */
export const setUpCommands: readonly CommandSpec[] = [
  {
    path: 'init',
    section: 'Set up',
    summary: 'set the charge point up: asks, looks at the machine, writes the configuration',
    details:
      'Each answer is tried at once where that can be done: the central system, the reader, the CAN interface, the pins. ' +
      'A configuration that is there is never replaced without --force, and kept beside the new one then.',
    examples: [
      ['sudo tapwatt init', 'asks'],
      [
        'sudo tapwatt init --yes --set csms.url=ws://192.168.1.10:8180/ocpp --set csms.chargePointId=CP-001',
        'asks nothing',
      ],
    ],
    options: [
      CONFIG_OPTION,
      SET_OPTION,
      { flags: '-y, --yes', key: 'yes', description: 'ask nothing: what --set says, else what fits most' },
      { flags: '--from <file>', key: 'from', description: 'begin with this configuration', values: 'file' },
      {
        flags: '--force',
        key: 'force',
        description: 'replace a configuration that is there (it is kept beside the new one)',
      },
    ],
    json: true,
    run: async (call) => (await import('../init/initCommand.js')).initCommand(call),
  },
  {
    path: 'doctor',
    section: 'Set up',
    summary: 'look for faults: what was found, and what to type',
    details:
      'Each line is ✓, ! or ✗, what was found, and what to type. The names of the lines are headings in docs/troubleshooting.md. ' +
      'Status 1 when something is wrong.',
    examples: [
      ['sudo tapwatt doctor', 'sees what the service sees'],
      ['sudo tapwatt doctor --fix', 'also runs the repairs that are safe'],
    ],
    options: [
      CONFIG_OPTION,
      { flags: '--fix', key: 'fix', description: 'run the repairs that are safe (as root)' },
      { flags: '--strict', key: 'strict', description: 'status 1 for warnings too' },
    ],
    json: true,
    run: async (call) => (await import('../doctor/doctorCommand.js')).doctorCommand(call),
  },
  {
    path: 'config validate',
    section: 'Set up',
    summary: 'check the configuration; every mistake with line, column and what to type',
    options: [CONFIG_OPTION, SET_OPTION],
    json: true,
    run: async (call) => (await import('../configCommands.js')).validateCommand(call.file, call.json),
  },
  {
    path: 'config path',
    section: 'Set up',
    summary: 'where the configuration is',
    options: [CONFIG_OPTION],
    json: true,
    run: async (call) => (await import('../configCommands.js')).pathCommand(call.file, call.json),
  },
  {
    path: 'config schema',
    section: 'Set up',
    summary: 'JSON Schema of the configuration, for editors',
    json: true,
    run: async () => (await import('../configCommands.js')).schemaCommand(),
  },
  {
    path: 'config get',
    section: 'Set up',
    summary: 'a value that counts',
    arguments: [KEY],
    options: [CONFIG_OPTION, SET_OPTION],
    json: true,
    run: async (call) =>
      (await import('../configEditCommands.js')).getCommand(call.text('key') ?? '', call.file, call.json),
  },
  {
    path: 'config set',
    section: 'Set up',
    summary: 'write a value into the file; comments stay, a value that is wrong changes nothing',
    examples: [['sudo tapwatt config set connectors[0].maximumCurrentA 16', '16 A for the first connector']],
    arguments: [KEY, { syntax: '<value>', key: 'value', description: 'text, number, true, false, null or [list]' }],
    options: [CONFIG_OPTION],
    json: true,
    run: async (call) =>
      (await import('../configEditCommands.js')).setCommand(
        call.text('key') ?? '',
        call.text('value') ?? '',
        call.file,
        call.json,
      ),
  },
  {
    path: 'config unset',
    section: 'Set up',
    summary: 'take a value out of the file: the default counts again',
    arguments: [KEY],
    options: [CONFIG_OPTION],
    json: true,
    run: async (call) =>
      (await import('../configEditCommands.js')).unsetCommand(call.text('key') ?? '', call.file, call.json),
  },
  {
    path: 'config list',
    section: 'Set up',
    summary: 'all values that count',
    options: [
      CONFIG_OPTION,
      SET_OPTION,
      { flags: '--origin', key: 'origin', description: 'who says each: default, file:line, environment, flag' },
    ],
    json: true,
    run: async (call) =>
      (await import('../configEditCommands.js')).listCommand(call.file, {
        json: call.json,
        origin: call.flag('origin'),
        changed: false,
      }),
  },
  {
    path: 'config diff',
    section: 'Set up',
    summary: 'what differs from the defaults, and who says it',
    options: [CONFIG_OPTION, SET_OPTION],
    json: true,
    run: async (call) =>
      (await import('../configEditCommands.js')).listCommand(call.file, {
        json: call.json,
        origin: true,
        changed: true,
      }),
  },
  {
    path: 'config edit',
    section: 'Set up',
    summary: 'open it in $EDITOR; it is replaced only when it is right',
    options: [CONFIG_OPTION],
    json: false,
    run: async (call) => (await import('../configEditCommands.js')).editCommand(call.file),
  },
  ...(
    [
      ['start', 'start the service'],
      ['stop', 'stop the service: outputs off, journal closed'],
      ['restart', 'stop and start the service'],
      ['status', 'what systemd says of the service'],
      ['install', 'put units, user and groups in place for this checkout (packages have done so)'],
      ['uninstall', 'switch the service off and take away what install put in place'],
    ] as const
  ).map(
    ([action, summary]): CommandSpec => ({
      path: `service ${action}`,
      section: 'Set up',
      summary,
      json: true,
      run: async (call) => (await import('../service/serviceCommand.js')).serviceCommand(action, call.json),
    }),
  ),
];
