import { AuditError } from '../../errors.js';
import type { Batch, Dataset, LabelRows } from './dataset.js';

/** Which numbers a label may be; `LabelRange` of the likelihoods is one. */
interface LabelValues {
  /** In words, in the plural. */
  describe(blockSize: number): string;
  includes(y: number, blockSize: number): boolean;
  /** Whether a label may also be a row of `blockSize` numbers, 1 at its place and 0 elsewhere. */
  readonly oneHot: boolean;
}

/** What labels the model's outputs have. */
export interface LabelForm {
  /** Independent labels of one example. */
  readonly blocks: number;
  /** Outputs for each label. */
  readonly blockSize: number;
  readonly range: LabelValues;
}

/**
 * The data set with batches whose labels are checked and have one number for each block. One-hot rows become class
 * numbers.
 * @throws AuditError FA107 without a data set, FA106 when it has no labels or labels of another width, and (from
 *   `batches`) for numbers that are not labels
 */
export function withOwnLabels(dataset: Dataset, form: LabelForm): Dataset {
  const { labels } = dataset;
  if (labels === null) throw missing(dataset);
  checkForm(labels, form);
  const isOneHot = labels.width !== form.blocks;
  async function* batches(size: number, limit: number): AsyncGenerator<Batch> {
    for await (const batch of dataset.batches(size, limit)) {
      const read = batch.labels as Float64Array;
      const own = isOneHot ? fromOneHot(read, batch.first, labels as LabelRows, form) : read;
      checkRange(own, batch.first, labels as LabelRows, form);
      yield { ...batch, labels: own };
    }
  }
  return { ...dataset, batches };
}

function missing({ synthetic, path }: Dataset): AuditError {
  if (synthetic) {
    return new AuditError('FA107', {
      what: '--labels needs a data set, and none was given',
      fix: 'name a file with inputs and labels after the model, or omit --labels',
    });
  }
  return new AuditError('FA106', {
    what: `--labels: ${path} has no labels`,
    why: 'labels are an array or a column named y, label, labels, target or targets, or the folders of images',
    fix: 'put inputs x and labels y into one .npz, or omit --labels',
  });
}

function checkForm({ label, width, classes }: LabelRows, { blocks, blockSize, range }: LabelForm): void {
  const widths = [...new Set([blocks, range.oneHot ? blocks * blockSize : blocks])];
  if (!widths.includes(width)) {
    throw new AuditError('FA106', {
      what: `${label}: numbers in a row of labels: ${width}`,
      why: `the labels of this model are ${range.describe(blockSize)}, ${widths.join(' or ')} in a row`,
      fix: 'give labels as in training, or omit --labels',
    });
  }
  // Folders are numbered in the order of their names: with some of them missing the numbers would be others.
  const expected = range.oneHot ? blockSize : 2;
  if (classes === null || classes === expected) return;
  throw new AuditError('FA106', {
    what: `${label}: there are ${classes} folders of images, but the model has ${expected} classes`,
    why: 'each folder is a class, in the order of their names',
    fix: 'make a folder for each class (it may be empty), or give inputs and labels in one .npz',
  });
}

function fromOneHot(
  values: Float64Array,
  first: number,
  { label, width }: LabelRows,
  { blockSize }: LabelForm,
): Float64Array {
  return Float64Array.from({ length: values.length / blockSize }, (_, block) => {
    const row = values.subarray(block * blockSize, (block + 1) * blockSize);
    const place = row.indexOf(1);
    if (place >= 0 && row.every((x, k) => x === (k === place ? 1 : 0))) return place;
    throw new AuditError('FA106', {
      what: `${label} row ${first + Math.floor((block * blockSize) / width)}: ${blockSize} numbers that are not one 1 and otherwise 0`,
      why: 'rows are counted from 0; probabilities are not labels',
      fix: 'give one-hot rows or class numbers',
    });
  });
}

function checkRange(
  labels: Float64Array,
  first: number,
  { label }: LabelRows,
  { blocks, blockSize, range }: LabelForm,
): void {
  const at = labels.findIndex((y) => !range.includes(y, blockSize));
  if (at < 0) return;
  const position = blocks === 1 ? '' : `, label ${at % blocks}`;
  throw new AuditError('FA106', {
    what: `${label} row ${first + Math.floor(at / blocks)}${position}: ${labels[at]} is not among ${range.describe(blockSize)}`,
    why: 'rows and labels are counted from 0',
    fix: 'give labels as in training, or omit --labels',
  });
}
