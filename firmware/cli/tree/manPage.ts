import { EXIT_HELP } from '../exitCodes.js';
import { type CommandNode, flatten } from './model.js';

/** The manual page tapwatt(1) in roff, from the command tree. */
export function manPage(root: CommandNode, version: string): string {
  const commands = flatten(root).filter(({ path, children }) => path !== '' && children.length === 0);
  const lines = [
    `.TH TAPWATT 1 "" "tapwatt ${version}" "Tapwatt"`,
    '.SH NAME',
    `tapwatt \\- ${roff(firstLower(root.description.replace(/\.$/, '')))}`,
    '.SH SYNOPSIS',
    '.B tapwatt',
    '.RI [ options ]',
    '.I command',
    '.SH OPTIONS',
    ...root.options.flatMap(({ flags, description }) => ['.TP', `.B ${roff(flags)}`, roff(description)]),
    '.SH COMMANDS',
    ...commands.flatMap(command),
    '.SH FILES',
    ...FILES.flatMap(([path, what]) => ['.TP', `.I ${roff(path)}`, roff(what)]),
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
  ['/etc/default/tapwatt-can', 'bit rate of the CAN interface'],
  ['/var/lib/tapwatt/', 'the journal: sessions and messages that have not been sent'],
  ['/run/tapwatt/control.sock', 'the control socket; the group tapwatt may use it'],
];

function command(node: CommandNode): string[] {
  return [
    '.TP',
    `.B tapwatt ${roff(`${node.path} ${node.usage.replace('[options]', '').trim()}`.trim())}`,
    roff(node.description),
    ...node.options.flatMap(({ flags, description }) => ['.RS', '.TP', `.B ${roff(flags)}`, roff(description), '.RE']),
  ];
}

function firstLower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Text for roff: backslashes and hyphens escaped, no line that begins like a request. */
function roff(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
