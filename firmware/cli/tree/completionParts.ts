import { type CommandNode, flatten, type OptionNode } from './model.js';
import { wordsFor } from './words.js';

/** Text in single quotes for any POSIX shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** What may stand at one place of a command line: after `path` and `index` arguments. Null words: files. */
export interface Place {
  path: string;
  index: number;
  words: readonly { word: string; description: string }[] | null;
}

/** Every place where a word that is no option can stand. */
export function places(root: CommandNode): Place[] {
  return flatten(root).flatMap((node) => [
    ...(node.children.length > 0
      ? [
          {
            path: node.path,
            index: 0,
            words: node.children.map(({ name, summary }) => ({ word: name, description: summary })),
          },
        ]
      : []),
    ...node.arguments.map(({ choices, values, description }, index) => {
      const words = choices.length > 0 ? choices : wordsFor(values);
      return { path: node.path, index, words: words?.map((word) => ({ word, description })) ?? null };
    }),
  ]);
}

/** Paths of all commands and groups. */
export function paths(root: CommandNode): string[] {
  return flatten(root)
    .map(({ path }) => path)
    .filter((path) => path !== '');
}

/** Options with what stands after them. Those of the program go with every command. */
export function optionsOf(root: CommandNode, node: CommandNode): OptionNode[] {
  const own = new Set(node.options.map(({ flags }) => flags));
  const inherited =
    node === root
      ? []
      : root.options.filter(({ flags, long }) => !own.has(flags) && long !== '--json' && long !== '--version');
  return [...node.options, ...inherited];
}

/** Flags that are followed by a value, each with its words (null: files); the first command that has one decides. */
export function valuedFlags(root: CommandNode): Map<string, readonly string[] | null> {
  const found = new Map<string, readonly string[] | null>();
  for (const { options } of flatten(root)) {
    for (const { long, short, values } of options) {
      if (values === null) continue;
      for (const flag of [long, short]) if (flag !== null && !found.has(flag)) found.set(flag, wordsFor(values));
    }
  }
  return found;
}
