import { auditOptionsSchema } from '../../config/options.js';
import { type Flags, addConfigOption, addOptions, addOutputOptions, optionsOf } from '../flags.js';
import { type Io, say } from '../io.js';
import { checkOutputs, parseOutputs, writeReports } from '../outputs.js';
import { conclude } from '../exit-status.js';
import { type AddCommand, DATA, MODEL, exitStatus } from './command.js';

const examples = `
Examples:
  $ fisher-audit model.json
  $ fisher-audit model.json digits.idx --scale 0.00392157 --samples 8,64,512
  $ fisher-audit model.json --max-error 0.1
  $ fisher-audit model.json --json | jq '.layers[].recommendation.estimator'
  $ fisher-audit model.json -r table -r html=report.html -r junit=report.xml
  $ fisher-audit model.json --baseline fisher.json --update-baseline
`;

/** The default command: one audit. */
export const addAudit: AddCommand = (program, { io, finish }) => {
  program.argument('<model>', MODEL).argument('[data]', DATA);
  addOptions(program, auditOptionsSchema);
  addCriteriaOptions(program);
  addOutputOptions(program);
  program.addHelpText(
    'after',
    examples + exitStatus('done', 'failed', 'unusable', 'nothingOrLess', 'undecided', 'bug'),
  );
  program.action(async (model: string, data: string | undefined) =>
    finish(await runAudit(model, data ?? null, program.opts(), io)),
  );
};

function addCriteriaOptions(program: Parameters<AddCommand>[0]): void {
  addConfigOption(program, 'configuration file with options and policy');
  program
    .option('--baseline <file>', 'file with the figures of an earlier audit, for the rule maxIncrease of the policy')
    .option('--update-baseline', 'write the figures of this audit to the baseline file, without comparing them')
    .option(
      '--ratchet',
      'write only the figures of better layers to the baseline file, and only if no check failed or is inconclusive',
    );
}

interface BaselineFlags {
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  readonly ratchet?: boolean;
}

type AuditFlags = Flags & BaselineFlags & { readonly config?: string };

async function runAudit(model: string, data: string | null, flags: AuditFlags, io: Io): Promise<number> {
  const [{ loadConfig }, { audit }, { criteriaWithBaseline, updateBaseline }, { listening }] = await Promise.all([
    import('../../config/config-file.js'),
    import('../../workflows/audit.js'),
    import('../../workflows/update-baseline.js'),
    import('../listen.js'),
  ]);
  const outputs = parseOutputs(flags);
  const config = await loadConfig(flags.config ?? null, model);
  const options = optionsOf(auditOptionsSchema, flags, config.options);
  const { updateBaseline: update = false, ratchet = false } = flags;
  const { criteria, written } = await criteriaWithBaseline(config.policy, {
    path: flags.baseline ?? config.baseline,
    update,
    ratchet,
  });
  const read = [config.path, written === null ? criteria.baseline?.path : null];
  await checkOutputs(outputs, { models: [model], data, others: read, written: [written] });
  const report = await listening(io, flags.quiet ?? false, (listener) =>
    audit({ model, data }, options, listener, criteria),
  );
  await writeReports(report, outputs, io);
  if (written !== null) {
    const changed = await updateBaseline(written, report, criteria, ratchet);
    const outcome = changed ? 'Baseline written' : 'Baseline not changed, because a check did not pass';
    say(io, `${outcome}: ${written}`);
  }
  return conclude(report.verdict, outputs, io);
}
