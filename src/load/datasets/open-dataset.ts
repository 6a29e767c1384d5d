import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AuditError } from '../../errors.js';
import { checkLabels, labelsOf } from './check-labels.js';
import { chooseFormat, knownExtensions } from './choose-format.js';
import type { NetworkInput } from '../../network/inputs.js';
import type { ArraySource, Batch, Dataset, DatasetWarning, LabelRows } from './dataset.js';
import { holdsImages } from './formats/images/image-files.js';
import { sizeOf } from '../../kernels/kernels.js';
import { quoted } from '../bytes/quoted.js';
import { fitShape } from './fit-shape.js';
import { isLabels, matchArrays } from './match-arrays.js';
import { type Rescaling, type RowSource, sliceBatches } from './slice-batches.js';

export interface OpenOptions extends Rescaling {
  /** Whether a layer of the model rescales the inputs. */
  readonly rescales?: boolean;
  /** Shape of one example's output, which labels must fit; null where it is not known. */
  readonly outputs: readonly (number | null)[] | null;
  /** Whether batches contain the labels of the file. */
  readonly labels?: boolean;
}

/** Labels are not rescaled. */
const UNCHANGED: Rescaling = { scale: 1, offset: 0 };

function labelOf(path: string, source: ArraySource): string {
  return source.name === null ? basename(path) : `${basename(path)} array ${quoted(source.name)}`;
}

/** @throws AuditError FA105 when the array is empty */
function checkFilled(path: string, source: ArraySource): void {
  if (source.rows !== 0 && sizeOf(source.shape) > 0) return;
  const what = `${labelOf(path, source)} has ${source.rows === 0 ? 'no rows' : 'rows without numbers'}`;
  throw new AuditError('FA105', { what, fix: 'give a file with at least one example' });
}

/** The number of rows of all arrays; null where it is not known. @throws AuditError FA102 when they differ */
function commonRows(path: string, sources: readonly ArraySource[]): number | null {
  const known = sources.filter((source) => source.rows !== null);
  const first = known[0];
  const other = known.find((source) => source.rows !== first?.rows);
  if (first === undefined || other === undefined) return first?.rows ?? null;
  throw new AuditError('FA102', {
    what: `${labelOf(path, first)} and ${labelOf(path, other)} differ in their number of rows: ${first.rows} and ${other.rows}`,
    fix: 'give every input the same number of rows',
  });
}

/**
 * Opens a data file for a model with these inputs. Headers and shapes are checked now, numbers when they are read.
 * @throws AuditError FA100 when it cannot be read, FA101 for an unknown format, FA102 when it is damaged, FA104 when
 *   its arrays do not fit the model, FA105 when it has no rows, FA106 for labels that do not fit
 */
export async function openDataset(
  path: string,
  wanted: readonly NetworkInput[],
  options: OpenOptions,
): Promise<Dataset> {
  const sources = await (await chooseFormat(path)).open(path, wanted);
  const matched = matchArrays(basename(path), sources, wanted);
  for (const source of matched) checkFilled(path, source);
  const available = commonRows(path, matched);
  const inputs = matched.map((source) => ({ label: labelOf(path, source), source, rescaling: options }));
  const shapes = inputs.map(({ label, source }, i) => fitShape(label, source.shape, source.rows, wanted[i]!));
  const labels = sources.filter((source) => isLabels(source, wanted));
  for (const source of labels) checkLabels(basename(path), source, matched[0]!, options.outputs);
  const own = options.labels ? labelsOf(basename(path), labels, matched[0]!) : null;
  const warnings = [...matched.flatMap((source) => source.warnings ?? []), ...pixelWarnings(matched, options)];
  const opened = { path, synthetic: false, available, shapes, warnings };
  if (own === null) return { ...opened, labels: null, batches: (size, limit) => sliceBatches(inputs, size, limit) };
  const rows = { label: labelOf(path, own), source: own, rescaling: UNCHANGED };
  const batches: Dataset['batches'] = (size, limit) => withLabels(inputs, rows, size, limit);
  return { ...opened, labels: labelRows(rows), batches };
}

const labelRows = ({ label, source }: RowSource): LabelRows => ({
  label,
  width: sizeOf(source.shape),
  classes: source.classes ?? null,
});

async function* withLabels(
  inputs: readonly RowSource[],
  labels: RowSource,
  size: number,
  limit: number,
): AsyncGenerator<Batch> {
  for await (const { values, ...batch } of sliceBatches([...inputs, labels], size, limit)) {
    yield { ...batch, values: values.slice(0, -1), labels: values.at(-1)! };
  }
}

/** Most models are trained on pixels from 0 to 1 or around 0. */
function pixelWarnings(
  sources: readonly ArraySource[],
  { scale, offset, rescales = false }: OpenOptions,
): DatasetWarning[] {
  const unscaled = !rescales && scale === 1 && offset === 0 && sources.some(({ pixels }) => pixels);
  return unscaled ? [{ kind: 'pixels-from-0-to-255' }] : [];
}

/**
 * The data set in a folder: dataset.*, else x.*, with endings in the order of the table; null when there is none. A
 * folder dataset or x counts when it holds images.
 */
export async function findDataset(folder: string): Promise<string | null> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const present = new Set(entries.map((entry) => `${entry.name}${entry.isDirectory() ? '/' : ''}`));
  const names = ['dataset', 'x'].flatMap((stem) => knownExtensions.map((extension) => `${stem}${extension}`));
  for (const name of names.filter((candidate) => present.has(candidate))) {
    const path = join(folder, name);
    if (!name.endsWith('/') || (await holdsImages(path))) return path;
  }
  return null;
}
