import { appendFile } from 'node:fs/promises';
import { AuditError } from '../errors.js';
import type { Result } from '../results/index.js';
import { checkWritable, refuseOverwriting, writeText } from '../write/atomic-file.js';
import { type ReportFormat, type ReportFormatName, reportFormats } from '../report/formats/index.js';
import type { View } from '../report/view.js';
import { DEFAULT_WIDTH, type Io, wantsColour, widthOf } from './io.js';

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

/**
 * What is to be written where. At most one report goes to standard output.
 * @throws AuditError FA401
 */
export function parseOutputs({ report = [], json = false, output }: OutputFlags): Output[] {
  const asked = [...report, ...(json ? ['json'] : [])];
  const outputs = (asked.length > 0 ? asked : ['table']).map((text): Output => {
    const at = text.indexOf('=');
    const name = at < 0 ? text : text.slice(0, at);
    if (!Object.hasOwn(reportFormats, name) || text.endsWith('=')) {
      throw new AuditError('FA401', {
        what: `--report: got ${text}, expected ${Object.keys(reportFormats).join(', ')}, or one of them with =file`,
      });
    }
    return { format: name as ReportFormatName, file: at < 0 ? null : text.slice(at + 1) };
  });
  const main = outputs.filter(({ file }) => file === null);
  if (main.length > 1) {
    const names = main.map(({ format }) => format).join(' and ');
    throw new AuditError('FA401', {
      what: `--report: ${names} both go to standard output`,
      fix: 'give all but one a file: --report json=report.json',
    });
  }
  if (output === undefined) return outputs;
  if (main.length === 0)
    throw new AuditError('FA401', { what: `--output ${output}: every report has a file of its own already` });
  return outputs.map((one) => (one.file === null ? { ...one, file: output } : one));
}

/** @throws AuditError FA401 */
export function parseBy(by = 'layer'): View['by'] {
  if (by === 'layer' || by === 'weight') return by;
  throw new AuditError('FA401', { what: `--by: got ${by}, expected layer or weight` });
}

/** What a command reads, and what it writes beside reports. */
interface Files {
  readonly models: readonly string[];
  readonly data?: string | null;
  readonly others?: readonly (string | null | undefined)[];
  readonly written?: readonly (string | null)[];
}

/** Before anything is computed: whether every file can be written, and none is lost by it. @throws AuditError FA402 */
export async function checkOutputs(
  outputs: readonly Output[],
  { models, data, others = [], written = [] }: Files,
): Promise<void> {
  const files = [...outputs.map(({ file }) => file), ...written].filter((file) => file !== null);
  for (const file of files) await checkWritable(file);
  await refuseOverwriting(files, await inputsOf(models, [data, ...others]));
}

/** Every file that is read, also those that are found beside models. */
export async function inputsOf(
  models: readonly string[],
  others: readonly (string | null | undefined)[],
): Promise<string[]> {
  const [{ modelFile }, { datasetBeside }] = await Promise.all([
    import('../load/open-model.js'),
    import('../load/datasets/dataset-beside.js'),
  ]);
  const beside = await Promise.all(models.map((model) => datasetBeside([model])));
  const own = await Promise.all(models.map((model) => modelFile(model).catch(() => model)));
  return [...own, ...beside, ...others].filter((file) => file != null);
}

export async function writeReports(
  result: Result,
  outputs: readonly Output[],
  flags: OutputFlags,
  io: Io,
): Promise<void> {
  for (const { format, file } of outputs) {
    const { render }: ReportFormat = reportFormats[format];
    const colour = file === null && wantsColour(io, flags.color ?? true);
    const text = await render(result, { width: widthOf(io), colour, by: parseBy(flags.by) });
    if (file === null) await write(io, text);
    else await writeText(file, text);
  }
  const summary = io.env['GITHUB_STEP_SUMMARY'];
  if (summary && outputs.some(({ format }) => format === 'github')) await appendSummary(summary, result, flags);
}

/** What GitHub Actions shows on the page of the run; steps that ran before have written theirs. @throws AuditError FA402 */
async function appendSummary(path: string, result: Result, flags: OutputFlags): Promise<void> {
  const view = { width: DEFAULT_WIDTH, colour: false, by: parseBy(flags.by) };
  await appendFile(path, `${reportFormats.markdown.render(result, view)}\n`).catch((error: unknown) => {
    throw new AuditError('FA402', {
      what: `${path} cannot be written: ${(error as Error).message}`,
      fix: 'GITHUB_STEP_SUMMARY must name a file; unset it to have no summary',
    });
  });
}

/** Waits until the text is taken: a pipe may be slow. */
export const write = (io: Io, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    io.stdout.write(text, (error) => {
      // A reader that has seen enough (`| head`) is no error.
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') reject(unwritten(error));
      else resolve();
    });
  });

const unwritten = (error: Error): AuditError =>
  new AuditError('FA402', {
    what: `standard output cannot be written: ${error.message}`,
    fix: 'make room, or name a file: --output',
  });
