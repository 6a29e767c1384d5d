import { isClosed } from '../../network/inputs.js';
import { AuditError } from '../../errors.js';
import type { ArraySource } from './dataset.js';
import { sizeOf } from '../../kernels/kernels.js';
import { quoted } from '../bytes/quoted.js';
import { shapeText } from '../bytes/shapes.js';

/** "train" or "test" where the name ends in it: one file may hold both sets, each with its labels. */
function partOf(name: string | null): string | undefined {
  return /_(train|test)$/i.exec(name ?? '')?.[1]?.toLowerCase();
}

function belongTogether(labels: ArraySource, inputs: ArraySource): boolean {
  const [a, b] = [partOf(labels.name), partOf(inputs.name)];
  return a === undefined || b === undefined || a === b;
}

/** How many numbers the labels of one example may have: the class, one for each block of outputs, or one for each output. */
function widthsFor(outputs: readonly number[]): readonly number[] {
  return [...new Set([1, sizeOf(outputs.slice(0, -1)), sizeOf(outputs)])];
}

function checkRows(label: string, labels: ArraySource, inputs: ArraySource): void {
  if (labels.rows === null || inputs.rows === null || labels.rows === inputs.rows) return;
  throw new AuditError('FA106', {
    what: `${label}: the number of rows is ${labels.rows} for the labels ${quoted(labels.name ?? '')}, but ${inputs.rows} for the inputs`,
    fix: 'give as many labels as inputs, or remove the labels (only --labels uses them)',
  });
}

function checkWidth(label: string, labels: ArraySource, outputs: readonly (number | null)[]): void {
  if (!isClosed(outputs)) return;
  const width = sizeOf(labels.shape);
  const widths = widthsFor(outputs);
  if (widths.includes(width)) return;
  throw new AuditError('FA106', {
    what: `${label}: the labels ${quoted(labels.name ?? '')} have ${width} numbers in a row`,
    why: `labels for an output of shape ${shapeText(outputs)} have ${widths.join(' or ')}`,
    fix: 'check that the labels belong to this model, or remove them (only --labels uses them)',
  });
}

/**
 * The labels of these inputs; null where there are none.
 * @throws AuditError FA106 when the file has several
 */
export function labelsOf(label: string, all: readonly ArraySource[], inputs: ArraySource): ArraySource | null {
  const [first = null, ...others] = all.filter((labels) => belongTogether(labels, inputs));
  if (others.length === 0) return first;
  const names = [first, ...others].map((labels) => quoted(labels?.name ?? '')).join(', ');
  throw new AuditError('FA106', { what: `${label} has several arrays of labels: ${names}`, fix: 'keep one of them' });
}

/**
 * Checks the labels in a file even where they are not used: labels that do not fit show that the file is the wrong one.
 * @param outputs shape of one example's output; null where it is not known
 * @throws AuditError FA106 when the row counts of labels and inputs differ, or rows do not fit the outputs
 */
export function checkLabels(
  label: string,
  labels: ArraySource,
  inputs: ArraySource,
  outputs: readonly (number | null)[] | null,
): void {
  if (!belongTogether(labels, inputs)) return;
  checkRows(label, labels, inputs);
  if (outputs !== null) checkWidth(label, labels, outputs);
}
