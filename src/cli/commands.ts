import { parseExportOptions, parseOptions } from '../options.js';
import { type OutputFlags, checkOutputs, parseBy, parseOutputs, write, writeReports } from './outputs.js';
import type { Listener } from '../run.js';
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
  await checkOutputs(outputs);
  const { run } = await import('../run.js');
  const report = await listened(flags, io, (listener) => run(model, data, options, listener));
  await writeReports(report, outputs, flags, io);
  await tellFailures(
    report.verdict,
    outputs.some(({ format, file }) => format === 'table' && file === null),
    io,
  );
  return { pass: 0, fail: 1, inconclusive: 4, incomplete: 0 }[report.verdict.outcome];
}

/** What an export says on standard output; the tensors go to their file. */
export async function runExport(
  model: string,
  data: string | null,
  { output, ...flags }: Flags & { readonly output: string },
  io: Io,
): Promise<number> {
  const options = parseExportOptions(auditOptionsOf(flags));
  const [{ runExport: exportTo }, { renderExport }] = await Promise.all([
    import('../export.js'),
    import('../report/export-summary.js'),
  ]);
  const summary = await listened(flags, io, (listener) => exportTo(model, data, output, options, listener));
  await write(io, flags.json ? `${JSON.stringify(summary, null, 2)}\n` : renderExport(summary, widthOf(io)));
  return 0;
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

/** Shows warnings and progress of what runs, unless it is to be quiet. */
async function listened<Result>(
  { quiet }: CommonFlags,
  io: Io,
  run: (listener: Listener) => Promise<Result>,
): Promise<Result> {
  const { Progress } = await import('./progress.js');
  const progress = new Progress(io);
  return run({
    warning: (text) => void (quiet || io.stderr.write(`warning: ${text}\n`)),
    progress: (done, total) => void (quiet || progress.update(done, total)),
  }).finally(() => progress.stop());
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
