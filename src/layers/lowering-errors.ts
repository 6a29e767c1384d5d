import type * as z from 'zod';
import { AuditError } from '../errors.js';
import { placed } from '../text/check-value.js';
import { listProblems } from '../text/list-problems.js';
import type { Graph, KerasModel as Network } from '../load/keras/keras-model.js';
import { UnusableWindows } from './spatial/windows.js';

export const tooManyCalls = (network: Network, most: number): AuditError =>
  new AuditError('FA206', {
    what: `${network.path}: the model calls its layers more than ${most} times`,
    why: 'a model that uses other models several times multiplies their calls',
    fix: 'audit a model that uses them fewer times',
  });

export const otherInputs = (graph: Graph, prefix: string, given: number): AuditError =>
  new AuditError('FA202', {
    what: `${prefix || 'the model '}${graph.name} takes ${graph.inputs.length} inputs and is given ${given}`,
    fix: 'save the model again with model.save()',
  });

export const severalOutputs = (graph: Graph, prefix: string): AuditError =>
  new AuditError('FA206', {
    what: `${prefix || 'the model '}${graph.name} has ${graph.outputs.length} outputs, and an audit needs exactly one`,
    why: 'a likelihood belongs to one output',
    fix: 'save a model that has only the output to audit',
  });

export function wrongConfiguration(path: string, className: string, error: z.ZodError | RangeError): AuditError {
  return new AuditError('FA206', {
    what: `${path} (${className}): fisher-audit cannot use its configuration`,
    why: error instanceof RangeError ? error.message : listProblems(error.issues, (issue) => placed(issue, 'it')),
    fix: fixFor(error),
  });
}

/** A RangeError says that the inputs do not fit the layer; other errors are about keys of its configuration. */
function fixFor(error: z.ZodError | RangeError): string {
  if (error instanceof UnusableWindows) return error.fix;
  if (error instanceof RangeError)
    return 'check the sizes of its inputs (where the model takes any size, the data set gives it)';
  return 'save the model with Keras or tfjs, with values that fisher-audit supports, or audit a model without this layer';
}

export const maskIntoModel = (path: string): AuditError =>
  new AuditError('FA206', {
    what: `${path}: it passes a masked sequence to a model inside the model`,
    why: 'tfjs-layers does not pass masks to an inner model',
    fix: 'put the Embedding or Masking layer into the inner model',
  });

export const unsupportedInside = (path: string, className: string): AuditError =>
  new AuditError('FA206', {
    what: `${path}: it contains a layer of class ${className}, which fisher-audit does not support yet`,
    fix: 'audit a model without it, or see CONTRIBUTING.md#add-a-layer',
  });

export const computedIndices = (path: string): AuditError =>
  new AuditError('FA206', {
    what: `${path}: the model computes the integers that this layer looks up`,
    why: 'derivatives cannot pass through integers',
    fix: 'audit a model that has these integers as its input',
  });

export const noTrainable = (network: Network, path: string): AuditError =>
  new AuditError('FA206', {
    what: `${network.path}: the configuration of layer ${path} has no "trainable"`,
    why: 'only trainable weights are audited, and the file does not say whether those of this layer are',
    fix: 'save the model again with Keras or tfjs',
  });

export const staleMask = (unmasked: string, masked: string): AuditError =>
  new AuditError('FA206', {
    what: `${unmasked}: its input has no mask, but the input of ${masked} has one`,
    why: 'tfjs-layers may apply this mask to both layers, depending on the order in which it calls them',
    fix: 'build the model without mask_zero and Masking, or save it with Keras',
  });
