import type { RuleName } from '../../findings/policy/index.js';
import type { Policy } from '../../findings/policy/policy.js';
import type { Report } from '../../results/report.js';
import type { Config } from '../../config/config-file.js';
import { AuditError } from '../../errors.js';
import type { Criteria } from '../../workflows/criteria.js';
import { writeText } from '../../write/atomic-file.js';
import { auditOptionsSchema } from '../../config/options.js';
import { type Flags, addOptions, addOutputOptions, optionsOf } from '../flags.js';
import type { Io } from '../io.js';
import { checkOutputs, parseOutputs, writeReports } from '../outputs.js';
import { conclude } from '../verdict.js';
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
  program
    .option(
      '--config <file>',
      'configuration file with options and policy (default: fisher-audit.config.json in the folder of the model or the nearest folder above it)',
    )
    .option('--baseline <file>', 'file with the figures of an earlier audit, for the rule maxIncrease of the policy')
    .option('--update-baseline', 'write the figures of this audit to the baseline file, without comparing them')
    .option('--ratchet', 'write only the figures of better layers to the baseline file, and only if no check failed');
}

interface BaselineFlags {
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  readonly ratchet?: boolean;
}

type AuditFlags = Flags & BaselineFlags & { readonly config?: string };

async function runAudit(model: string, data: string | null, flags: AuditFlags, io: Io): Promise<number> {
  const [{ loadConfig }, { audit }, { listening }] = await Promise.all([
    import('../../config/config-file.js'),
    import('../../workflows/audit.js'),
    import('../listen.js'),
  ]);
  const outputs = parseOutputs(flags);
  const config = await loadConfig(flags.config ?? null, model);
  const options = optionsOf(auditOptionsSchema, flags, config.options);
  const { criteria, path } = await criteriaFor(config, flags);
  const read = [config.path, criteria.baseline?.path === path ? null : criteria.baseline?.path];
  await checkOutputs(outputs, { models: [model], data, others: read, written: [path] });
  const report = await listening(io, flags.quiet ?? false, (listener) =>
    audit({ model, data }, options, listener, criteria),
  );
  await writeReports(report, outputs, io);
  if (path !== null) await writeBaseline(path, report, criteria, flags.ratchet ?? false, io);
  return conclude(report.verdict, outputs, io);
}

/** What the audit is judged by, and the path of the baseline that is written afterwards (null: none). */
async function criteriaFor(
  { policy, baseline }: Config,
  flags: BaselineFlags,
): Promise<{ criteria: Criteria; path: string | null }> {
  const path = flags.baseline ?? baseline;
  if (path === null) {
    refuseWithoutBaseline(flags);
    return { criteria: { policy, baseline: null }, path: null };
  }
  // An accepted baseline replaces the old one and is not compared with it.
  if (flags.updateBaseline) return { criteria: { policy: without(policy, 'maxIncrease'), baseline: null }, path };
  const { readBaseline } = await import('../../workflows/saved-results.js');
  // The first run of a ratchet has nothing to compare with.
  if (flags.ratchet && !(await exists(path))) {
    return { criteria: { policy: without(policy, 'maxIncrease'), baseline: null }, path };
  }
  if (!(await exists(path))) {
    throw new AuditError('FA404', {
      what: `the baseline ${path} does not exist`,
      fix: 'create it with --update-baseline, or check the path',
    });
  }
  const figures = await readBaseline(path);
  return { criteria: { policy, baseline: { path, figures } }, path: flags.ratchet ? path : null };
}

const without = (policy: Policy, unwanted: RuleName): Policy =>
  new Map([...policy].filter(([rule]) => rule !== unwanted));

/** @throws AuditError FA401 */
function refuseWithoutBaseline({ updateBaseline, ratchet }: BaselineFlags): void {
  if (!updateBaseline && !ratchet) return;
  throw new AuditError('FA401', {
    what: `${ratchet ? '--ratchet' : '--update-baseline'} needs a baseline`,
    fix: 'name its file: --baseline fisher-audit.baseline.json',
  });
}

const exists = async (path: string): Promise<boolean> => {
  const { access } = await import('node:fs/promises');
  return access(path).then(
    () => true,
    () => false,
  );
};

async function writeBaseline(
  path: string,
  report: Report,
  { baseline }: Criteria,
  ratchet: boolean,
  io: Io,
): Promise<void> {
  // A network that failed a check must not become the standard for later ones.
  if (ratchet && (report.verdict.outcome === 'fail' || report.verdict.outcome === 'inconclusive')) {
    io.stderr.write(`Baseline not changed, because a check did not pass: ${path}\n`);
    return;
  }
  const [{ baselineOf }, { ratcheted }] = await Promise.all([
    import('../../results/baseline.js'),
    import('../../findings/compare/ratchet.js'),
  ]);
  const own = baselineOf(report);
  const figures = ratchet && baseline ? ratcheted(baseline.figures, own) : own;
  await writeText(path, `${JSON.stringify(figures, null, 2)}\n`);
  io.stderr.write(`Baseline written: ${path}\n`);
}
