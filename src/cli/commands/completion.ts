import { Argument } from 'commander';
import { write } from '../io.js';
import type { AddCommand } from './command.js';

const shellNames = ['bash', 'zsh', 'fish'] as const;

const examples = `
Examples:
  $ source <(fisher-audit completion bash)                  # in ~/.bashrc
  $ fisher-audit completion zsh > ~/.zfunc/_fisher-audit    # a folder of $fpath
  $ fisher-audit completion fish > ~/.config/fish/completions/fisher-audit.fish
`;

export const addCompletion: AddCommand = (program, { io, finish }) => {
  program
    .command('completion')
    .description('print a shell script that completes commands, options and their values')
    .addArgument(new Argument('<shell>', 'the shell').choices(shellNames))
    .addHelpText('after', examples)
    .action(async (shell: (typeof shellNames)[number]) => {
      const [{ shells }, { completionTree }] = await Promise.all([
        import('../completion/index.js'),
        import('../completion/tree.js'),
      ]);
      await write(io, shells[shell](completionTree(program)));
      finish(0);
    });
};
