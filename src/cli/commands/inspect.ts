import { Option } from 'commander';
import { inspectOptionsSchema } from '../../config/options.js';
import { type Flags, addCommonOptions, addConfigOption, addOptions, optionsWithConfig } from '../flags.js';
import { type Io, wantsColour, widthOf, write } from '../io.js';
import { type AddCommand, MODEL } from './command.js';

const examples = `
Examples:
  $ fisher-audit inspect model.keras
  $ fisher-audit inspect model.json --parameters all --inputs 64
`;

export const addInspect: AddCommand = (program, { io, finish }) => {
  const command = program
    .command('inspect')
    .description('show what an audit would do: supported layers, applicable estimators, time and memory; reads no data')
    .argument('<model>', MODEL);
  addOptions(command, inspectOptionsSchema);
  command.addOption(new Option('--json', 'print the result as JSON')).addHelpText('after', examples);
  addConfigOption(command);
  addCommonOptions(command);
  command.action(async (model: string) => finish(await runInspect(model, command.opts(), io)));
};

async function runInspect(model: string, flags: Flags & { readonly config?: string }, io: Io): Promise<number> {
  const options = await optionsWithConfig(inspectOptionsSchema, flags, model);
  const [{ inspect }, { renderInspection }] = await Promise.all([
    import('../../workflows/inspect.js'),
    import('../../report/documents/inspection.js'),
  ]);
  const inspection = await inspect(model, options);
  const view = { width: widthOf(io), colour: wantsColour(io, flags.color ?? true), by: 'layer' } as const;
  await write(io, flags.json ? `${JSON.stringify(inspection, null, 2)}\n` : renderInspection(inspection, view));
  return inspection.layers.every(({ supported }) => supported) ? 0 : 2;
}
