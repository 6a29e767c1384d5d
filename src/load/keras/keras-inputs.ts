import type { NetworkInput } from '../../network/inputs.js';
import * as z from 'zod';
import { AuditError } from '../../errors.js';
import { list } from '../../network/untrusted-schemas.js';
import { MAX_NUMBERS_HELD } from '../bytes/shapes.js';
import type { KerasModel } from './keras-model.js';

const shapeSchema = list(z.number().int().positive().nullable(), 16).refine(
  ([, ...sizes]) => sizes.reduce<number>((product, size) => product * (size ?? 1), 1) <= MAX_NUMBERS_HELD,
  'Too big: more numbers than a row may have',
);

/**
 * The inputs of the model in its order, with the shape of one example; null where the model accepts any size.
 * @throws AuditError FA202 when the shape of an input is missing or invalid
 */
export function allInputs(model: KerasModel): NetworkInput[] {
  const { nodes, inputs } = model.graph;
  return inputs.map(({ layer }) => {
    const config = nodes.find(({ name }) => name === layer)?.config ?? {};
    const parsed = shapeSchema.safeParse(config['batch_input_shape'] ?? config['batch_shape']);
    if (parsed.success && parsed.data.length > 0) return { name: layer, shape: parsed.data.slice(1) };
    throw new AuditError('FA202', {
      what: `${model.path}: input "${layer}" has no valid shape`,
      ...(parsed.error && { why: parsed.error.issues[0]?.message ?? '' }),
      fix: 'build the model before saving it: give its first layer an input shape',
    });
  });
}
