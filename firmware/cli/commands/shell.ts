import type { CommandSpec } from './spec.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Commands that are made from the table of commands itself. */
export const shellCommands: readonly CommandSpec[] = [
  {
    path: 'completion',
    section: 'Shell',
    summary: 'a completion script for your shell, on standard output',
    details: 'Packages install all three.',
    examples: [
      ['source <(tapwatt completion bash)', 'in ~/.bashrc'],
      ['tapwatt completion zsh > ~/.zfunc/_tapwatt', 'where fpath has ~/.zfunc'],
      ['tapwatt completion fish > ~/.config/fish/completions/tapwatt.fish', ''],
    ],
    arguments: [{ syntax: '<shell>', key: 'shell', description: 'which', choices: SHELLS }],
    json: false,
    async run(call) {
      const { completionScript } = await import('../tree/completion.js');
      const { commandTree } = await import('../tree/model.js');
      const shell = SHELLS.find((name) => name === call.text('shell'));
      if (shell !== undefined) process.stdout.write(completionScript(shell, commandTree()));
    },
  },
  {
    path: 'man',
    section: 'Shell',
    summary: 'the manual page in roff: tapwatt man | man -l -',
    json: false,
    async run() {
      const { manPage } = await import('../tree/manPage.js');
      const { commandTree } = await import('../tree/model.js');
      const { TAPWATT_VERSION } = await import('../../config/version.js');
      process.stdout.write(manPage(commandTree(), TAPWATT_VERSION));
    },
  },
  {
    path: 'commands',
    section: 'Shell',
    summary: 'all commands in Markdown; --json: as data',
    json: true,
    async run(call) {
      const { commandTree } = await import('../tree/model.js');
      const { reference } = await import('../tree/reference.js');
      process.stdout.write(call.json ? `${JSON.stringify(commandTree(), null, 2)}\n` : reference(commandTree()));
    },
  },
];
