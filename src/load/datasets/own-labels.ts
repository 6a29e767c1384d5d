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
  /** Independent labels of one input. */
  readonly blocks: number;
  /** Outputs that one of them has. */
  readonly blockSize: number;
  readonly range: LabelValues;
}

/**
 * The data set, whose batches carry its own labels as one number for each block: checked, and read from one-hot rows
 * where the file has those.
 * @throws AuditError FA107 without a data set, FA106 without labels in it, for labels of another width and (from
 *   `batches`) for what is no label
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
      what: '--labels wants the labels of a data set, and none is given',
      fix: 'name a file with inputs and labels after the model, or leave out --labels',
    });
  }
  return new AuditError('FA106', {
    what: `--labels: ${path} holds no labels`,
    why: 'they are an array or a column called y, label, labels, target or targets, or the folders of images',
    fix: 'put inputs x and labels y into one .npz, or leave out --labels',
  });
}

function checkForm({ label, width, classes }: LabelRows, { blocks, blockSize, range }: LabelForm): void {
  const widths = [...new Set([blocks, range.oneHot ? blocks * blockSize : blocks])];
  if (!widths.includes(width)) {
    throw new AuditError('FA106', {
      what: `${label}: labels in a row: ${width}`,
      why: `the labels of this model are ${range.describe(blockSize)}, ${widths.join(' or ')} in a row`,
      fix: 'give the labels that the model was trained on, or leave out --labels',
    });
  }
  // Folders are numbered in the order of their names: with some of them missing the numbers would be others.
  const expected = range.oneHot ? blockSize : 2;
  if (classes === null || classes === expected) return;
  throw new AuditError('FA106', {
    what: `${label}: ${classes} folders of images, the model has ${expected} classes`,
    why: 'classes are the folders in the order of their names',
    fix: 'give a folder for each class (it may be empty), or inputs and labels in one .npz',
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
      what: `${label} row ${first + Math.floor((block * blockSize) / width)}: ${blockSize} numbers that are not one 1 and else 0`,
      why: 'rows are counted from 0; probabilities are no label',
      fix: 'give one-hot rows, or the number of the class',
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
    what: `${label} row ${first + Math.floor(at / blocks)}${position}: ${labels[at]} is none of ${range.describe(blockSize)}`,
    why: 'rows and labels are counted from 0',
    fix: 'give the labels that the model was trained on, or leave out --labels',
  });
}
