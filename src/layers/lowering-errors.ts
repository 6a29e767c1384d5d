import * as z from 'zod';
import { AuditError } from '../errors.js';
import type { Graph, KerasModel as Network } from '../load/keras/keras-model.js';
import { UnusableWindows } from './spatial/windows.js';

export const tooManyCalls = (network: Network, most: number): AuditError =>
  new AuditError('FA206', {
    what: `${network.path}: the model calls its layers more than ${most} times`,
    why: 'models that are used several times in one another multiply',
    fix: 'audit a smaller model',
  });

export const otherInputs = (graph: Graph, prefix: string, given: number): AuditError =>
  new AuditError('FA202', {
    what: `${prefix || 'the model '}${graph.name} takes ${graph.inputs.length} inputs and is given ${given}`,
    fix: 'save the model again',
  });

export const severalOutputs = (graph: Graph, prefix: string): AuditError =>
  new AuditError('FA206', {
    what: `${prefix || 'the model '}${graph.name} has ${graph.outputs.length} outputs, an audit needs exactly one`,
    why: 'the likelihood is that of one output',
    fix: 'save a model that ends in the output to be audited',
  });

export function wrongConfiguration(path: string, className: string, error: z.ZodError | RangeError): AuditError {
  const why =
    error instanceof RangeError
      ? error.message
      : z
          .prettifyError(error)
          .replace(/✖ /g, '')
          .replace(/\s*\n\s*→?\s*/g, ' ');
  return new AuditError('FA206', {
    what: `${path} (${className}): its configuration cannot be used`,
    why,
    fix: error instanceof UnusableWindows ? error.fix : 'save the model again with Keras or tfjs',
  });
}

export const maskIntoModel = (path: string): AuditError =>
  new AuditError('FA206', {
    what: `${path}: a masked sequence is given to a model inside the model`,
    why: 'tfjs-layers does not hand masks on to it',
    fix: 'put the Embedding or Masking layer into the inner model',
  });

export const unsupportedInside = (path: string, className: string): AuditError =>
  new AuditError('FA206', {
    what: `${path}: a layer of class ${className} inside it cannot be audited`,
    fix: 'audit a model without it, or see CONTRIBUTING.md#add-a-layer',
  });

export const computedIndices = (path: string): AuditError =>
  new AuditError('FA206', {
    what: `${path}: the integers that it takes are computed inside the model`,
    why: 'nothing can be differentiated through them',
    fix: 'audit a model whose input they are',
  });

export const staleMask = (unmasked: string, masked: string): AuditError =>
  new AuditError('FA206', {
    what: `${unmasked}: its input carries no mask, that of ${masked} does`,
    why: 'tfjs-layers may apply that mask to both, in the order in which it happens to call them',
    fix: 'build the model without mask_zero and Masking, or in Keras',
  });
