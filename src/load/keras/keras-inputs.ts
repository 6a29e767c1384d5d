import type { NetworkInput, OpenShape } from '../../network/inputs.js';
import * as z from 'zod';
import { checkValue } from '../../text/check-value.js';
import { AuditError } from '../../errors.js';
import { list } from '../../network/untrusted-schemas.js';
import { MAX_NUMBERS_HELD, shapeText } from '../bytes/shapes.js';
import type { KerasModel } from './keras-model.js';

const shapeSchema = list(z.number().int().positive().nullable(), 16).refine(
  (shape) => shape.length > 0,
  'expected a list with the size of a batch first',
);

const numbersIn = (sizes: OpenShape): number => sizes.reduce<number>((product, size) => product * (size ?? 1), 1);

/**
 * The inputs of the model in its order, with the shape of one example; null where the model accepts any size.
 * @throws AuditError FA206 when the shape of an input is missing, invalid or too large
 */
export function allInputs(model: KerasModel): NetworkInput[] {
  const { nodes, inputs } = model.graph;
  const configs = new Map(nodes.map(({ name, config }) => [name, config]));
  return inputs.map(({ layer }) => {
    const config = configs.get(layer) ?? {};
    const checked = checkValue(shapeSchema, config['batch_input_shape'] ?? config['batch_shape'], 'its shape');
    if (!checked.success) throw noShape(model.path, layer, checked.problem);
    const shape = checked.data.slice(1);
    if (numbersIn(shape) > MAX_NUMBERS_HELD) throw tooLarge(model.path, layer, shape);
    return { name: layer, shape };
  });
}

const noShape = (path: string, layer: string, why: string): AuditError =>
  new AuditError('FA206', {
    what: `${path}: input "${layer}" has no valid shape`,
    why,
    fix: 'build the model before saving it: give its first layer an input shape',
  });

const tooLarge = (path: string, layer: string, shape: OpenShape): AuditError =>
  new AuditError('FA206', {
    what: `${path}: one example of input "${layer}" of shape ${shapeText(shape)} is too large`,
    why: `it has more than ${MAX_NUMBERS_HELD} numbers`,
    fix: 'audit a model with smaller inputs',
  });
