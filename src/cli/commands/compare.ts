import { compareDefaults } from '../../config/compare-options.js';
import { AuditError } from '../../errors.js';
import { optionNames, parseOptions } from '../../config/options.js';
import { parseShare } from '../../text/parse-share.js';
import { type Flags, addConfigOption, addOptions, addOutputOptions, optionsWithConfig } from '../flags.js';
import type { Io } from '../io.js';
import { checkOutputs, parseBy, parseOutputs, writeReports } from '../outputs.js';
import { conclude } from '../verdict.js';
import { type AddCommand, exitStatus } from './command.js';

/** Checks of a single audit have no place in a comparison. */
const names = optionNames.filter((name) => !['maxError', 'requireCoverage', 'labels'].includes(name));

const examples = `
Examples:
  $ fisher-audit compare base.keras head.keras --data digits.npz
  $ fisher-audit compare base.json head.json --fail-on worse      saved reports; exit status 1 if a layer is worse
  $ fisher-audit compare fisher-audit.baseline.json model.json -r markdown
`;

export const addCompare: AddCommand = (program, { io, finish }) => {
  const command = program
    .command('compare')
    .description('what changed from one network to another, layer by layer')
    .argument('<base>', 'model, saved report or baseline')
    .argument('<head>', 'model or saved report')
    .option('--data <file>', 'data set for models (default: dataset.* or x.* beside the base, or beside the head)')
    .option(
      '--fail-on <what>',
      'never, or worse: exit status 1 if a layer is worse, 4 if that cannot be told',
      compareDefaults.failOn,
    )
    .option(
      '--max-increase <share>',
      'growth of the relative error that counts for nothing',
      `${100 * compareDefaults.maxIncrease}%`,
    )
    .option(
      '--max-factor <factor>',
      'factor by which the mean Fisher information may move',
      String(compareDefaults.maxFactor),
    );
  addOptions(command, names);
  addConfigOption(command);
  addOutputOptions(command, false);
  command.addHelpText('after', examples + exitStatus);
  command.action(async (base: string, head: string) => finish(await runCompare(base, head, command.opts(), io)));
};

interface CompareFlags {
  readonly config?: string;
  readonly data?: string;
  readonly failOn: string;
  readonly maxIncrease: string;
  readonly maxFactor: string;
}

async function runCompare(base: string, head: string, flags: Flags & CompareFlags, io: Io): Promise<number> {
  const limits = parseLimits(flags);
  const outputs = parseOutputs(flags);
  parseBy(flags.by);
  const options = { ...(await optionsWithConfig(parseOptions, flags, names, head)), ...limits };
  await checkOutputs(outputs, { models: [base, head], data: flags.data ?? null, others: [flags.config] });
  const [{ compareNetworks }, { listening }] = await Promise.all([
    import('../../workflows/compare.js'),
    import('../listen.js'),
  ]);
  const sides = { base, head, data: flags.data ?? null };
  const comparison = await listening(io, flags.quiet ?? false, (listener) => compareNetworks(sides, options, listener));
  await writeReports(comparison, outputs, flags, io);
  return conclude(comparison.verdict, outputs, io);
}

/** @throws AuditError FA401 */
function parseLimits({ failOn, maxIncrease, maxFactor }: CompareFlags) {
  const [increase, factor] = [parseShare(maxIncrease), Number(maxFactor)];
  const problems = [
    ...(increase > 0 && Number.isFinite(increase)
      ? []
      : [`--max-increase: got ${maxIncrease}, expected a number > 0, or a percentage`]),
    ...(factor > 1 && Number.isFinite(factor) ? [] : [`--max-factor: got ${maxFactor}, expected a number > 1`]),
    ...(failOn === 'never' || failOn === 'worse' ? [] : [`--fail-on: got ${failOn}, expected never, worse`]),
  ];
  if (problems.length > 0) throw new AuditError('FA401', { what: problems.join('; ') });
  return { maxIncrease: increase, maxFactor: factor, failOn: failOn as 'never' | 'worse' };
}
