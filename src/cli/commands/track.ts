import { trackOptionsSchema } from '../../config/options.js';
import { type Flags, addConfigOption, addOptions, addOutputOptions, optionsWithConfig } from '../flags.js';
import { type Io, say } from '../io.js';
import { checkOutputs, parseOutputs, writeReports } from '../outputs.js';
import { conclude } from '../exit-status.js';
import { type AddCommand, exitStatus } from './command.js';

const examples = `
Examples:
  $ fisher-audit track ckpt-*/model.json --data digits.npz
  $ fisher-audit track epoch-{00..20}.keras --data digits.npz -r html=track.html
`;

export const addTrack: AddCommand = (program, { io, finish }) => {
  const command = program
    .command('track')
    .description('show how Fisher information and variances change over training')
    .argument('<models...>', 'checkpoints of one network, in training order')
    .option(
      '--data <file>',
      'data set (default: dataset.* or x.* in the folder of the first model that has one, or else random synthetic inputs)',
    );
  addOptions(command, trackOptionsSchema);
  addConfigOption(command);
  addOutputOptions(command, false);
  command.addHelpText('after', examples + exitStatus('done', 'unusable', 'nothing', 'bug'));
  command.action(async (models: string[]) => finish(await runTrack(models, command.opts(), io)));
};

interface TrackFlags extends Flags {
  readonly data?: string;
  readonly config?: string;
}

async function runTrack(models: readonly string[], flags: TrackFlags, io: Io): Promise<number> {
  const outputs = parseOutputs(flags);
  const options = await optionsWithConfig(trackOptionsSchema, flags, models[0] ?? '');
  await checkOutputs(outputs, { models, data: flags.data ?? null, others: [flags.config] });
  const [{ trackCheckpoints }, { listening }] = await Promise.all([
    import('../../workflows/track.js'),
    import('../listen.js'),
  ]);
  if (!flags.quiet) warnOfOrder(models, io);
  const result = await listening(io, flags.quiet ?? false, (listener) =>
    trackCheckpoints(models, flags.data ?? null, options, listener),
  );
  await writeReports(result, outputs, io);
  return conclude(result.verdict, outputs, io);
}

/** Shells sort ckpt-10 before ckpt-2. */
function warnOfOrder(models: readonly string[], io: Io): void {
  const natural = new Intl.Collator('en', { numeric: true });
  const series = (path: string): string => path.replace(/\d+/g, '0');
  const place = models.findIndex((model, k) => {
    const before = models[k - 1] ?? '';
    return k > 0 && series(before) === series(model) && natural.compare(before, model) > 0;
  });
  if (place < 0) return;
  say(
    io,
    `warning: ${models[place - 1]} comes before ${models[place]}. Checkpoints are used in the order given; ls -v sorts by number.`,
  );
}
