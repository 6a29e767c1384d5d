import type { ReportFormat } from '../report/report-format.js';
import { appendFile } from 'node:fs/promises';
import { AuditError } from '../errors.js';
import type { Result } from '../results/index.js';
import { checkWritable, refuseOverwriting, writeText } from '../write/atomic-file.js';
import { type ReportFormatName, reportFormats } from '../report/formats/index.js';
import type { View } from '../report/view.js';
import { DEFAULT_WIDTH, type Io, wantsColour, widthOf, write } from './io.js';

/** One report that a run writes; a null file is standard output. */
export interface Output {
  readonly format: ReportFormatName;
  readonly file: string | null;
}

export interface OutputFlags {
  readonly report?: readonly string[];
  readonly json?: boolean;
  readonly output?: string;
  readonly by?: string;
  readonly color?: boolean;
}

/** The reports of a run, and how they are shown. */
export interface Outputs {
  readonly reports: readonly Output[];
  readonly by: View['by'];
  /** Whether colours are allowed, as far as the flags say. */
  readonly colour: boolean;
}

/** Which reports are written where. At most one goes to standard output. @throws AuditError FA401 */
export const parseOutputs = (flags: OutputFlags): Outputs => ({
  reports: reportsOf(flags),
  by: parseBy(flags.by),
  colour: flags.color ?? true,
});

function reportsOf({ report = [], json = false, output }: OutputFlags): Output[] {
  const asked = [...report, ...(json ? ['json'] : [])];
  const outputs = (asked.length > 0 ? asked : ['table']).map((text): Output => {
    const at = text.indexOf('=');
    const name = at < 0 ? text : text.slice(0, at);
    if (!Object.hasOwn(reportFormats, name) || text.endsWith('=')) {
      throw new AuditError('FA401', {
        what: `--report: got ${text}, expected one of: ${Object.keys(reportFormats).join(', ')}; or one of them with =file`,
        fix: 'name a format, and after = the file to write: --report html=report.html',
      });
    }
    return { format: name as ReportFormatName, file: at < 0 ? null : text.slice(at + 1) };
  });
  const main = outputs.filter(({ file }) => file === null);
  if (main.length > 1) {
    const names = main.map(({ format }) => format).join(' and ');
    throw new AuditError('FA401', {
      what: `--report: ${names} would both go to standard output`,
      fix: 'give all but one a file: --report json=report.json',
    });
  }
  if (output === undefined) return outputs;
  if (main.length === 0)
    throw new AuditError('FA401', {
      what: `--output ${output}: no report goes to standard output, because every --report names a file`,
      fix: 'leave out --output, or the file of one --report',
    });
  return outputs.map((one) => (one.file === null ? { ...one, file: output } : one));
}

function parseBy(by = 'layer'): View['by'] {
  if (by === 'layer' || by === 'weight') return by;
  throw new AuditError('FA401', {
    what: `--by: got ${by}, expected one of: layer, weight`,
    fix: 'use --by layer or --by weight',
  });
}

/** What a command reads, and what it writes beside reports. */
interface Files {
  readonly models: readonly string[];
  readonly data?: string | null;
  readonly others?: readonly (string | null | undefined)[];
  readonly written?: readonly (string | null)[];
}

/** Checks, before anything is computed, that every file can be written and none would be overwritten by mistake. @throws AuditError FA402 */
export async function checkOutputs(
  { reports }: Outputs,
  { models, data, others = [], written = [] }: Files,
): Promise<void> {
  const files = [...reports.map(({ file }) => file), ...written].filter((file) => file !== null);
  for (const file of files) await checkWritable(file);
  await refuseOverwriting(files, await inputsOf(models, [data, ...others]));
}

/** Every file that is read, also those that are found beside models. */
export async function inputsOf(
  models: readonly string[],
  others: readonly (string | null | undefined)[],
): Promise<string[]> {
  const [{ modelFile }, { datasetBeside }] = await Promise.all([
    import('../workflows/front-ends.js'),
    import('../workflows/dataset-beside.js'),
  ]);
  const beside = await Promise.all(models.map((model) => datasetBeside([model])));
  const own = await Promise.all(models.map((model) => modelFile(model).catch(() => model)));
  return [...own, ...beside, ...others].filter((file) => file != null);
}

export async function writeReports(result: Result, { reports, by, colour }: Outputs, io: Io): Promise<void> {
  for (const { format, file } of reports) {
    const { render }: ReportFormat = reportFormats[format];
    const coloured = file === null && wantsColour(io, colour);
    const text = await render(result, { width: widthOf(io), colour: coloured, by });
    if (file === null) await write(io, text, { commands: format === 'github' });
    else await writeText(file, text);
  }
  const summary = io.env['GITHUB_STEP_SUMMARY'];
  if (summary && reports.some(({ format }) => format === 'github')) await appendSummary(summary, result, by);
}

/** Appends to the summary that GitHub Actions shows on the page of a run. @throws AuditError FA402 */
async function appendSummary(path: string, result: Result, by: View['by']): Promise<void> {
  const view = { width: DEFAULT_WIDTH, colour: false, by };
  await appendFile(path, `${reportFormats.markdown.render(result, view)}\n`).catch((error: unknown) => {
    throw new AuditError('FA402', {
      what: `${path} cannot be written: ${(error as Error).message}`,
      fix: 'set GITHUB_STEP_SUMMARY to a writable file, or unset it',
    });
  });
}
