import { EXIT_HELP } from '../exitCodes.js';
import { type CommandNode, flatten } from './model.js';

/** docs/commands.md: every command with its arguments and options. A test holds the file equal to this. */
export function reference(root: CommandNode): string {
  const commands = flatten(root).filter(({ path, children }) => path !== '' && children.length === 0);
  const sections = [...new Set(commands.map(({ section }) => section))];
  const lines = [
    '# Commands',
    '',
    'Written by `tapwatt commands`; the same is in `man tapwatt` and, for one command, in `tapwatt COMMAND --help`.',
    '',
    ...sections.flatMap((section) => [
      `## ${section}`,
      '',
      ...commands.filter((node) => node.section === section).flatMap(command),
    ]),
    '## Options of all commands',
    '',
    ...root.options.map(({ flags, description }) => `- \`${flags}\`: ${description}`),
    '',
    '## Exit status',
    '',
    '```',
    ...EXIT_HELP.trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim()),
    '```',
  ];
  return `${lines.join('\n')}\n`;
}

function command(node: CommandNode): string[] {
  const entries = [
    ...node.arguments.map(({ syntax, description, choices }) =>
      item(syntax, choices.length === 0 ? description : `${description}: ${choices.join(', ')}`),
    ),
    ...node.options.map(({ flags, description }) => item(flags, description)),
  ];
  return [
    `### tapwatt ${node.path}`,
    '',
    `${node.summary.charAt(0).toUpperCase()}${node.summary.slice(1)}.${node.details === null ? '' : ` ${node.details}`}`,
    '',
    `    tapwatt ${`${node.path} ${node.usage}`.trim()}`,
    ...node.examples.map(([line, what]) => `    ${line}${what === '' ? '' : `    # ${what}`}`),
    '',
    ...(entries.length === 0 ? [] : [...entries, '']),
  ];
}

function item(syntax: string, description: string): string {
  return `- \`${syntax}\`: ${description}`;
}
