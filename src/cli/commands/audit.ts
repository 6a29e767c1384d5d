import type { RuleName } from '../../findings/policy/index.js';
import type { Policy } from '../../findings/policy/policy.js';
import type { Report } from '../../results/report.js';
import type { Config } from '../../config/config-file.js';
import { AuditError } from '../../errors.js';
import type { Gate } from '../../workflows/criteria.js';
import { writeText } from '../../write/atomic-file.js';
import { optionNames, parseOptions } from '../../config/options.js';
import { type Flags, addOptions, addOutputOptions, pick } from '../flags.js';
import type { Io } from '../io.js';
import { checkOutputs, parseBy, parseOutputs, writeReports } from '../outputs.js';
import { conclude } from '../verdict.js';
import { type AddCommand, DATA, MODEL, exitStatus } from './command.js';

const examples = `
Examples:
  $ fisher-audit model.json                             with dataset.* or x.* beside the model
  $ fisher-audit model.json digits.idx --scale 0.00392157 --samples 8,64,512
  $ fisher-audit model.json --max-error 0.1             exit status 1 if a layer's estimate is noisier
  $ fisher-audit model.json --json | jq '.layers[] | {name, use: .recommendation.estimator}'
  $ fisher-audit model.json -r table -r html=report.html -r junit=report.xml
  $ fisher-audit model.json --baseline fisher.json --update-baseline
`;

/** The default command: one audit. */
export const addAudit: AddCommand = (program, { io, finish }) => {
  program.argument('<model>', MODEL).argument('[data]', DATA);
  addOptions(program, optionNames);
  addGateOptions(program);
  addOutputOptions(program);
  program.addHelpText('after', examples + exitStatus);
  program.action(async (model: string, data: string | undefined) =>
    finish(await runAudit(model, data ?? null, program.opts(), io)),
  );
};

function addGateOptions(program: Parameters<AddCommand>[0]): void {
  program
    .option('--config <file>', 'options and policy (default: the nearest fisher-audit.config.json above the model)')
    .option('--baseline <file>', 'figures that the rule maxIncrease refers to')
    .option('--update-baseline', 'write the figures of this audit to the baseline')
    .option('--ratchet', 'write them where they are better, so that a baseline never gets worse');
}

interface GateFlags {
  readonly config?: string;
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  readonly ratchet?: boolean;
}

async function runAudit(model: string, data: string | null, flags: Flags & GateFlags, io: Io): Promise<number> {
  const [{ loadConfig }, { run }, { listening }] = await Promise.all([
    import('../../config/config-file.js'),
    import('../../workflows/audit.js'),
    import('../listen.js'),
  ]);
  const outputs = parseOutputs(flags);
  parseBy(flags.by);
  // What is wrong with the flags is told before a file is looked for.
  parseOptions(pick(flags, optionNames));
  const config = await loadConfig(flags.config ?? null, model);
  const options = parseOptions({ ...config.options, ...pick(flags, optionNames) });
  const { gate, path } = await gateOf(config, flags);
  const read = [config.path, gate.baseline?.path === path ? null : gate.baseline?.path];
  await checkOutputs(outputs, { models: [model], data, others: read, written: [path] });
  const report = await listening(io, flags.quiet ?? false, (listener) => run(model, data, options, listener, gate));
  await writeReports(report, outputs, flags, io);
  if (path !== null) await writeBaseline(path, report, gate, flags.ratchet ?? false, io);
  return conclude(report.verdict, outputs, io);
}

/** What the audit is held against, and the baseline that is to be written afterwards. */
async function gateOf({ policy, baseline }: Config, flags: GateFlags): Promise<{ gate: Gate; path: string | null }> {
  const path = flags.baseline ?? baseline;
  if (path === null) {
    refuseWithoutBaseline(flags);
    return { gate: { policy, baseline: null }, path: null };
  }
  // What is accepted as the new baseline is not held against the old one.
  if (flags.updateBaseline) return { gate: { policy: without(policy, 'maxIncrease'), baseline: null }, path };
  const { readBaseline } = await import('../../workflows/saved-results.js');
  // The first turn of a ratchet has nothing to be held against.
  if (flags.ratchet && !(await exists(path))) {
    return { gate: { policy: without(policy, 'maxIncrease'), baseline: null }, path };
  }
  if (!(await exists(path))) {
    throw new AuditError('FA404', {
      what: `there is no baseline ${path} yet`,
      fix: 'make it with --update-baseline, or check the path',
    });
  }
  const figures = await readBaseline(path);
  return { gate: { policy, baseline: { path, figures } }, path: flags.ratchet ? path : null };
}

const without = (policy: Policy, unwanted: RuleName): Policy =>
  new Map([...policy].filter(([rule]) => rule !== unwanted));

/** @throws AuditError FA401 */
function refuseWithoutBaseline({ updateBaseline, ratchet }: GateFlags): void {
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
  { baseline }: Gate,
  ratchet: boolean,
  io: Io,
): Promise<void> {
  // A network that did not pass is no measure for later ones.
  if (ratchet && (report.verdict.outcome === 'fail' || report.verdict.outcome === 'inconclusive')) {
    io.stderr.write(`baseline kept as it was, since checks did not pass: ${path}\n`);
    return;
  }
  const [{ baselineOf }, { ratcheted }] = await Promise.all([
    import('../../results/baseline.js'),
    import('../../findings/compare/ratchet.js'),
  ]);
  const own = baselineOf(report);
  const figures = ratchet && baseline ? ratcheted(baseline.figures, own) : own;
  await writeText(path, `${JSON.stringify(figures, null, 2)}\n`);
  io.stderr.write(`baseline written: ${path}\n`);
}
