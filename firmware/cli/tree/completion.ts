import { bashCompletion } from './completionBash.js';
import { fishCompletion } from './completionFish.js';
import { zshCompletion } from './completionZsh.js';
import type { CommandNode } from './model.js';

export type Shell = 'bash' | 'zsh' | 'fish';

/** A completion script, static: the shell never starts tapwatt to complete a word. */
export function completionScript(shell: Shell, root: CommandNode): string {
  switch (shell) {
    case 'bash':
      return bashCompletion(root);
    case 'zsh':
      return zshCompletion(root);
    case 'fish':
      return fishCompletion(root);
  }
}
