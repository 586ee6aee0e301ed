import { EXIT_HELP } from '../exitCodes.js';
import { type CommandNode, flatten } from './model.js';

/** The manual page tapwatt(1) in roff, from the table of commands. */
export function manPage(root: CommandNode, version: string): string {
  const commands = flatten(root).filter(({ path, children }) => path !== '' && children.length === 0);
  const sections = [...new Set(commands.map(({ section }) => section))];
  const lines = [
    `.TH TAPWATT 1 "" "tapwatt ${version}" "Tapwatt"`,
    '.SH NAME',
    `tapwatt \\- ${roff(root.summary)}`,
    '.SH SYNOPSIS',
    '.B tapwatt',
    '.RI [ options ]',
    '.I command',
    '.SH OPTIONS',
    ...root.options.flatMap(({ flags, description }) => ['.TP', `.B ${roff(flags)}`, roff(description)]),
    '.SH COMMANDS',
    ...sections.flatMap((section) => [
      `.SS ${roff(section)}`,
      ...commands.filter((node) => node.section === section).flatMap(command),
    ]),
    '.SH FILES',
    ...FILES.flatMap(([path, what]) => ['.TP', `.I ${roff(path)}`, roff(what)]),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(([name, what]) => ['.TP', `.B ${roff(name)}`, roff(what)]),
    '.SH EXIT STATUS',
    '.nf',
    ...EXIT_HELP.trim()
      .split('\n')
      .slice(1)
      .map((line) => roff(line.trim())),
    '.fi',
    '.SH SEE ALSO',
    'systemctl(1), journalctl(1), /usr/share/doc/tapwatt/',
  ];
  return `${lines.join('\n')}\n`;
}

const FILES: readonly (readonly [string, string])[] = [
  ['/etc/tapwatt/config.yaml', 'the configuration; tapwatt init writes it, tapwatt config changes it'],
  ['/etc/tapwatt/secrets/', 'passwords and keys'],
  ['/etc/default/tapwatt', 'environment of the service'],
  ['/etc/default/tapwatt-can', 'bit rate of the CAN interface'],
  ['/var/lib/tapwatt/', 'the journal: sessions and messages that have not been sent'],
  ['/run/tapwatt/control.sock', 'the control socket; the group tapwatt may use it'],
];

const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ['TAPWATT_CONFIG', 'as --config'],
  ['TAPWATT_SOCKET', 'as --socket'],
  ['TAPWATT_CSMS__URL', 'a value of the configuration: two underscores step into a section'],
  ['NO_COLOR', 'no colours'],
];

function command(node: CommandNode): string[] {
  return [
    '.TP',
    `.B tapwatt ${roff(`${node.path} ${node.usage}`.trim())}`,
    `${roff(sentence(node.summary))}${node.details === null ? '' : ` ${roff(node.details)}`}`,
    '.RS',
    ...node.arguments.flatMap(({ syntax, description, choices }) => [
      '.TP',
      `.I ${roff(syntax)}`,
      roff(choices.length === 0 ? description : `${description}: ${choices.join(', ')}`),
    ]),
    ...node.options.flatMap(({ flags, description }) => ['.TP', `.B ${roff(flags)}`, roff(description)]),
    ...node.examples.flatMap(([line, what]) => ['.TP', `Example: ${roff(line)}`, roff(what === '' ? ' ' : what)]),
    '.RE',
  ];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Text for roff: backslashes and hyphens escaped, no line that begins like a request. */
function roff(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
