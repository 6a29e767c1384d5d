import { isClosed } from '../../network/inputs.js';
import { AuditError } from '../../errors.js';
import type { ArraySource } from './dataset.js';
import { sizeOf } from '../../kernels/kernels.js';
import { quoted } from '../bytes/quoted.js';
import { shapeText } from '../bytes/shapes.js';

/** "train" or "test", where the name says so: one file may hold both sets, each with its labels. */
function partOf(name: string | null): string | undefined {
  return /_(train|test)$/i.exec(name ?? '')?.[1]?.toLowerCase();
}

function belongTogether(labels: ArraySource, inputs: ArraySource): boolean {
  const [a, b] = [partOf(labels.name), partOf(inputs.name)];
  return a === undefined || b === undefined || a === b;
}

/** Numbers that the labels of one example may have: its class, one number per output, or one per block of outputs. */
function widthsFor(outputs: readonly number[]): readonly number[] {
  return [...new Set([1, sizeOf(outputs.slice(0, -1)), sizeOf(outputs)])];
}

function checkRows(label: string, labels: ArraySource, inputs: ArraySource): void {
  if (labels.rows === null || inputs.rows === null || labels.rows === inputs.rows) return;
  throw new AuditError('FA106', {
    what: `${label}: labels ${quoted(labels.name ?? '')} have ${labels.rows} rows, the inputs ${inputs.rows}`,
    fix: 'give each input its labels, or leave the labels out (only --labels uses them)',
  });
}

function checkWidth(label: string, labels: ArraySource, outputs: readonly (number | null)[]): void {
  if (!isClosed(outputs)) return;
  const width = sizeOf(labels.shape);
  const widths = widthsFor(outputs);
  if (widths.includes(width)) return;
  throw new AuditError('FA106', {
    what: `${label}: labels ${quoted(labels.name ?? '')} have ${width} numbers in a row`,
    why: `the model's output ${shapeText(outputs)} goes with ${widths.join(' or ')}`,
    fix: 'check that they belong to this model, or leave them out (only --labels uses them)',
  });
}

/**
 * The labels of these inputs; null where there are none.
 * @throws AuditError FA106 when there are several
 */
export function labelsOf(label: string, all: readonly ArraySource[], inputs: ArraySource): ArraySource | null {
  const [first = null, ...others] = all.filter((labels) => belongTogether(labels, inputs));
  if (others.length === 0) return first;
  const names = [first, ...others].map((labels) => quoted(labels?.name ?? '')).join(', ');
  throw new AuditError('FA106', { what: `${label}: which labels? It has ${names}`, fix: 'leave one of them' });
}

/**
 * Labels lie beside the inputs in many files. They are mostly not used, yet labels that do not fit mean a wrong file.
 * @param outputs shape of one example's output; null when it is not known
 * @throws AuditError FA106 for other row counts than the inputs', or rows that do not fit the outputs
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
