import { Argument, type Command } from 'commander';

const SHELL_NAMES = ['bash', 'zsh', 'fish'] as const;

/** Commands that are made from the command tree itself. */
export function addTreeCommands(program: Command): void {
  program
    .command('completion')
    .description('a completion script for your shell, on standard output')
    .addArgument(new Argument('<shell>').choices([...SHELL_NAMES]))
    .addHelpText('after', '\nIn ~/.bashrc: source <(tapwatt completion bash). The Debian package has it installed.')
    .action(async (shell: (typeof SHELL_NAMES)[number]) => {
      const { describeTree } = await import('../tree/model.js');
      const { completionScript } = await import('../tree/completion.js');
      process.stdout.write(completionScript(shell, describeTree(program)));
    });

  program
    .command('man')
    .description('the manual page in roff: tapwatt man | man -l -')
    .action(async () => {
      const { describeTree } = await import('../tree/model.js');
      const { manPage } = await import('../tree/manPage.js');
      const { TAPWATT_VERSION } = await import('../../config/version.js');
      process.stdout.write(manPage(describeTree(program), TAPWATT_VERSION));
    });
}
