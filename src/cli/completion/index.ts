import { bash } from './bash.js';
import { fish } from './fish.js';
import type { CompletedCommand } from './tree.js';
import { zsh } from './zsh.js';

/** Every shell that completion scripts are written for. */
export const shells = { bash, zsh, fish } as const satisfies Record<
  string,
  (commands: readonly CompletedCommand[]) => string
>;
