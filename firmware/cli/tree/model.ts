import type { Command } from 'commander';

/** A command of the tree, without commander's machinery: what completion and manual page are made from. */
export interface CommandNode {
  name: string;
  /** From the program on: `config set`; empty for the program itself. */
  path: string;
  description: string;
  /** `[options] <key> <value>` */
  usage: string;
  arguments: { name: string; description: string; choices: readonly string[] }[];
  options: OptionNode[];
  children: CommandNode[];
}

export interface OptionNode {
  flags: string;
  short: string | null;
  long: string | null;
  description: string;
  takesValue: boolean;
  choices: readonly string[];
}

export function describeTree(command: Command, parent = ''): CommandNode {
  const path = command.parent === null ? '' : `${parent} ${command.name()}`.trim();
  return {
    name: command.name(),
    path,
    description: command.description(),
    usage: command.usage(),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      description: argument.description,
      choices: argument.argChoices ?? [],
    })),
    options: command.options
      .filter((option) => !option.hidden)
      .map((option) => ({
        flags: option.flags,
        short: option.short ?? null,
        long: option.long ?? null,
        description: option.description,
        takesValue: option.required || option.optional,
        choices: option.argChoices ?? [],
      })),
    children: command.commands.map((child) => describeTree(child, path)),
  };
}

/** The node and all below it, parents first. */
export function flatten(node: CommandNode): CommandNode[] {
  return [node, ...node.children.flatMap(flatten)];
}
