import { CONFIG_OPTION, type CommandSpec, wholeNumber } from './spec.js';

/** Commands that touch hardware themselves, for whoever wires it. */
export const hardwareCommands: readonly CommandSpec[] = [
  {
    path: 'nfc read',
    section: 'Hardware',
    summary: 'the UID of the next card (while the charge point is stopped)',
    options: [
      CONFIG_OPTION,
      {
        flags: '--timeout <seconds>',
        key: 'timeout',
        description: 'how long to wait (default 30)',
        parse: wholeNumber(1, 86_400),
      },
    ],
    json: true,
    run: async (call) => (await import('../hardware/nfcCommand.js')).nfcReadCommand(call),
  },
  {
    path: 'can dump',
    section: 'Hardware',
    summary: 'every frame on the bus and what it says, until Ctrl-C',
    options: [
      CONFIG_OPTION,
      {
        flags: '-c, --count <n>',
        key: 'count',
        description: 'end after so many frames',
        parse: wholeNumber(1, 1_000_000_000),
      },
    ],
    json: true,
    run: async (call) => (await import('../hardware/canCommands.js')).canDumpCommand(call),
  },
  {
    path: 'can send',
    section: 'Hardware',
    summary: 'put one frame on the bus',
    examples: [
      ['tapwatt can send 201#', 'STOP'],
      ['tapwatt can send 210#1000', 'limit of 16 units, low byte first'],
    ],
    arguments: [
      { syntax: '<frame>', key: 'frame', description: '3 hex digits, #, up to 8 bytes', values: ['200#', '201#'] },
    ],
    options: [CONFIG_OPTION],
    json: true,
    run: async (call) => (await import('../hardware/canCommands.js')).canSendCommand(call),
  },
  {
    path: 'gpio test',
    section: 'Hardware',
    summary: 'switch a pin on and off, one second each; a relay clicks (while the charge point is stopped)',
    details:
      'A pin that the configuration names is switched as it says (relayActiveLow and the like). The pin is off when the command ends, also after Ctrl-C.',
    arguments: [{ syntax: '<pin>', key: 'pin', description: 'BCM number', parse: wholeNumber(0, 27) }],
    options: [
      CONFIG_OPTION,
      { flags: '--active-low', key: 'activeLow', description: 'on is low (default: as the configuration says)' },
      {
        flags: '--times <n>',
        key: 'times',
        description: 'how often (default 3)',
        parse: wholeNumber(1, 1000),
      },
    ],
    json: true,
    run: async (call) => (await import('../hardware/gpioCommand.js')).gpioTestCommand(call),
  },
];
