import { parseOptions } from '../options.js';
import { type OutputFlags, checkWritable, parseBy, parseOutputs, write, writeReports } from './outputs.js';
import { type Io, wantsColour, widthOf } from './io.js';

/*
 * Everything that computes is imported when a command runs: --help and usage errors stay fast.
 */

interface CommonFlags extends OutputFlags {
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

type Flags = CommonFlags & Readonly<Record<string, unknown>>;

/** What is left of the flags when those of the command line itself are taken away: the options of an audit. */
function auditOptionsOf(flags: Flags): Record<string, unknown> {
  const own = ['report', 'json', 'output', 'by', 'quiet', 'debug', 'color'];
  return Object.fromEntries(Object.entries(flags).filter(([name]) => !own.includes(name)));
}

export async function runAudit(model: string, data: string | null, flags: Flags, io: Io): Promise<number> {
  const options = parseOptions(auditOptionsOf(flags));
  const outputs = parseOutputs(flags);
  parseBy(flags.by);
  await checkWritable(outputs);
  const [{ run }, { Progress }] = await Promise.all([import('../run.js'), import('./progress.js')]);
  const progress = new Progress(io);
  const report = await run(model, data, options, {
    warning: (text) => void (flags.quiet || io.stderr.write(`warning: ${text}\n`)),
    progress: (done, total) => void (flags.quiet || progress.update(done, total)),
  }).finally(() => progress.stop());
  await writeReports(report, outputs, flags, io);
  await tellFailures(
    report.verdict,
    outputs.some(({ format, file }) => format === 'table' && file === null),
    io,
  );
  return { pass: 0, fail: 1, inconclusive: 4, incomplete: 0 }[report.verdict.outcome];
}

/** Whoever pipes the report elsewhere still sees why the status is not 0. */
async function tellFailures(
  { failures }: { failures: readonly { outcome: string; text: string }[] },
  shown: boolean,
  io: Io,
): Promise<void> {
  if (shown) return;
  for (const { outcome, text } of failures) io.stderr.write(`${outcome}: ${text}\n`);
}

export async function runInspect(model: string, flags: Flags, io: Io): Promise<number> {
  const options = parseOptions(auditOptionsOf(flags));
  const [{ inspect }, { renderInspection }] = await Promise.all([
    import('../inspect.js'),
    import('../report/inspection.js'),
  ]);
  const inspection = await inspect(model, options);
  const view = { width: widthOf(io), colour: wantsColour(io, flags.color ?? true), by: 'layer' } as const;
  await write(io, flags.json ? `${JSON.stringify(inspection, null, 2)}\n` : renderInspection(inspection, view));
  return inspection.layers.every(({ supported }) => supported) ? 0 : 2;
}

export async function runSchema(io: Io): Promise<number> {
  const { reportJsonSchema } = await import('../audit/result.js');
  await write(io, `${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
  return 0;
}
