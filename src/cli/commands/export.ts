import { Option } from 'commander';
import { exportOptionsSchema } from '../../config/options.js';
import { refuseOverwriting } from '../../write/atomic-file.js';
import { type Flags, addCommonOptions, addConfigOption, addOptions, optionsWithConfig } from '../flags.js';
import { type Io, widthOf, write } from '../io.js';
import { inputsOf } from '../outputs.js';
import { type AddCommand, DATA, MODEL } from './command.js';

const examples = `
Examples:
  $ fisher-audit export model.keras digits.npy -o fisher.safetensors
  $ fisher-audit export model.json -o fisher.npz --estimator gradient -n 64
`;

export const addExport: AddCommand = (program, { io, finish }) => {
  const command = program
    .command('export')
    .description('write the diagonal Fisher information of every parameter, and its variances, to a file')
    .argument('<model>', MODEL)
    .argument('[data]', DATA)
    .requiredOption('-o, --output <file>', 'file to write: .safetensors or .npz');
  // --parameters is accepted but hidden: an export holds every parameter, and the error for other values says so.
  addOptions(command, exportOptionsSchema, ['parameters']);
  command.addOption(new Option('--json', 'print the summary as JSON')).addHelpText('after', examples);
  addConfigOption(command);
  addCommonOptions(command);
  command.action(async (model: string, data: string | undefined) =>
    finish(await runExport(model, data ?? null, command.opts(), io)),
  );
};

/** Writes the tensors to their file and a summary to standard output. */
async function runExport(
  model: string,
  data: string | null,
  flags: Flags & { readonly output: string; readonly config?: string },
  io: Io,
): Promise<number> {
  const options = await optionsWithConfig(exportOptionsSchema, flags, model);
  await refuseOverwriting([flags.output], await inputsOf([model], [data, flags.config]));
  const [{ exportDiagonal }, { renderExport }, { listening }] = await Promise.all([
    import('../../workflows/export.js'),
    import('../../report/documents/export-summary.js'),
    import('../listen.js'),
  ]);
  const summary = await listening(io, flags.quiet ?? false, (listener) =>
    exportDiagonal({ model, data }, flags.output, options, listener),
  );
  await write(io, flags.json ? `${JSON.stringify(summary, null, 2)}\n` : renderExport(summary, widthOf(io)));
  return 0;
}
