import { compareOptionsSchema } from '../../config/compare-options.js';
import { type Flags, addConfigOption, addOptions, addOutputOptions, optionsWithConfig } from '../flags.js';
import type { Io } from '../io.js';
import { checkOutputs, parseOutputs, writeReports } from '../outputs.js';
import { conclude } from '../exit-status.js';
import { type AddCommand, exitStatus } from './command.js';

const examples = `
Examples:
  $ fisher-audit compare base.keras head.keras --data digits.npz
  $ fisher-audit compare base.json head.json --fail-on worse     # saved reports
  $ fisher-audit compare fisher-audit.baseline.json model.json -r markdown
`;

export const addCompare: AddCommand = (program, { io, finish }) => {
  const command = program
    .command('compare')
    .description('compare two networks layer by layer')
    .argument('<base>', 'model file or folder, saved JSON report, or baseline')
    .argument('<head>', 'model file or folder, or saved JSON report')
    .option(
      '--data <file>',
      'data set for both models (default: dataset.* or x.* in the folder of base, or else of head, or else random synthetic inputs)',
    );
  addOptions(command, compareOptionsSchema);
  addConfigOption(command);
  addOutputOptions(command, false);
  command.addHelpText('after', examples + exitStatus('done', 'failed', 'unusable', 'nothing', 'undecided', 'bug'));
  command.action(async (base: string, head: string) => finish(await runCompare(base, head, command.opts(), io)));
};

interface CompareFlags extends Flags {
  readonly config?: string;
  readonly data?: string;
}

async function runCompare(base: string, head: string, flags: CompareFlags, io: Io): Promise<number> {
  const outputs = parseOutputs(flags);
  const options = await optionsWithConfig(compareOptionsSchema, flags, head);
  const data = flags.data ?? null;
  await checkOutputs(outputs, { models: [base, head], data, others: [flags.config] });
  const [{ compareNetworks }, { listening }] = await Promise.all([
    import('../../workflows/compare.js'),
    import('../listen.js'),
  ]);
  const comparison = await listening(io, flags.quiet ?? false, (listener) =>
    compareNetworks({ base, head, data }, options, listener),
  );
  await writeReports(comparison, outputs, io);
  return conclude(comparison.verdict, outputs, io);
}
