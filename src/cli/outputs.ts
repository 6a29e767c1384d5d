import { access, constants, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AuditError } from '../errors.js';
import type { Result } from '../audit/results.js';
import { type ReportFormat, type ReportFormatName, reportFormats } from '../report/formats/index.js';
import type { View } from '../report/view.js';
import { type Io, wantsColour, widthOf } from './io.js';

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

/** Before anything is computed: whether every file can be written. @throws AuditError FA402 */
export async function checkWritable(files: readonly string[]): Promise<void> {
  for (const file of files) {
    try {
      const existing = await stat(file).catch(() => null);
      if (existing?.isDirectory()) throw new Error('it is a folder');
      if (existing) await access(file, constants.W_OK);
      // Files are written beside their place and renamed.
      if (existing?.isFile() ?? true) await access(dirname(existing ? await realpath(file) : file), constants.W_OK);
    } catch (error) {
      throw new AuditError('FA402', {
        what: `${file} cannot be written: ${(error as Error).message}`,
        fix: 'name a file in an existing folder',
      });
    }
  }
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
    const text = render(result, { width: widthOf(io), colour, by: parseBy(flags.by) });
    if (file === null) await write(io, text);
    else await writeFileSafely(file, text);
  }
}

/** Writes beside the file and renames, so that an interrupted run leaves the old file or the new one. */
export async function writeFileSafely(file: string, text: string): Promise<void> {
  const existing = await stat(file).catch(() => null);
  // Devices and pipes cannot be replaced.
  if (existing !== null && !existing.isFile()) return writeFile(file, text);
  const target = existing === null ? file : await realpath(file);
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Waits until the text is taken: a pipe may be slow. */
export const write = (io: Io, text: string): Promise<void> =>
  new Promise((resolve) => io.stdout.write(text, () => resolve()));
