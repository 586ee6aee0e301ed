import {
  type ArgumentSpec,
  type CommandSpec,
  type OptionSpec,
  SECTIONS,
  type Section,
  type Values,
} from '../commands/spec.js';
import { COMMANDS, GROUPS, groupOf } from '../commands/table.js';

/** A command or a group of commands: what completion, manual page and reference are made from. */
export interface CommandNode {
  name: string;
  /** From the program on: `config set`; empty for the program itself. */
  path: string;
  section: Section;
  summary: string;
  details: string | null;
  /** `<key> <value>` */
  usage: string;
  examples: readonly (readonly [line: string, what: string])[];
  arguments: { syntax: string; description: string; choices: readonly string[]; values: Values | null }[];
  options: OptionNode[];
  children: CommandNode[];
}

export interface OptionNode {
  flags: string;
  short: string | null;
  long: string | null;
  description: string;
  /** Null for a flag. */
  values: Values | 'any' | null;
}

const JSON_OPTION: OptionSpec = { flags: '--json', key: 'json', description: 'print JSON and nothing else' };
const PROGRAM_OPTIONS: readonly OptionSpec[] = [
  { flags: '-V, --version', key: 'version', description: 'output the version number' },
  {
    flags: '--socket <path>',
    key: 'socket',
    description: 'control socket of the running charge point (else TAPWATT_SOCKET, else the configuration)',
    values: 'file',
  },
  JSON_OPTION,
];

/** The program with all its groups and commands, sections in their order. */
export function commandTree(): CommandNode {
  const root = node('', 'Set up', 'a charge point on a Raspberry Pi, or on a laptop with simulated hardware');
  root.options = PROGRAM_OPTIONS.map(toOption);
  const known = new Map<string, CommandNode>([['', root]]);
  const groupNode = (path: string, section: Section): CommandNode => {
    const found = known.get(path);
    if (found !== undefined) return found;
    const made = node(path, section, GROUPS[path] ?? '');
    groupNode(groupOf(path), section).children.push(made);
    known.set(path, made);
    return made;
  };
  for (const section of SECTIONS) {
    for (const spec of COMMANDS.filter((command) => command.section === section))
      groupNode(groupOf(spec.path), section).children.push(describe(spec));
  }
  return root;
}

/** The node and all below it, parents first. */
export function flatten(tree: CommandNode): CommandNode[] {
  return [tree, ...tree.children.flatMap(flatten)];
}

function node(path: string, section: Section, summary: string): CommandNode {
  return {
    name: path.split(' ').at(-1) ?? '',
    path,
    section,
    summary,
    details: null,
    usage: '',
    examples: [],
    arguments: [],
    options: [],
    children: [],
  };
}

function describe(spec: CommandSpec): CommandNode {
  return {
    ...node(spec.path, spec.section, spec.summary),
    details: spec.details ?? null,
    usage: (spec.arguments ?? []).map(({ syntax }) => syntax).join(' '),
    examples: spec.examples ?? [],
    arguments: (spec.arguments ?? []).map(({ syntax, description, choices, values }: ArgumentSpec) => ({
      syntax,
      description,
      choices: choices ?? [],
      values: values ?? null,
    })),
    options: [...(spec.options ?? []), ...(spec.json ? [JSON_OPTION] : [])].map(toOption),
  };
}

function toOption({ flags, description, values }: OptionSpec): OptionNode {
  return {
    flags,
    short: /(?:^|, )(-[A-Za-z])\b/.exec(flags)?.[1] ?? null,
    long: /--[a-z-]+/.exec(flags)?.[0] ?? null,
    description,
    values: flags.includes('<') ? (values ?? 'any') : null,
  };
}
