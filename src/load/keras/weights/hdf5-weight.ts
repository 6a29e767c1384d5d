import { AuditError } from '../../../errors.js';
import type { Hdf5File } from '../../containers/hdf5/file.js';
import type { StoredWeight } from '../keras-model.js';
import { finite } from './finite-values.js';

/**
 * A dataset as a weight. Numbers that are not floating-point numbers are refused, but only when a layer uses the weight:
 * layers that count or draw random numbers store integers that nothing uses here.
 * @throws AuditError FA204 for numbers that are not finite
 */
export function hdf5Weight(
  path: string,
  file: Hdf5File,
  dataset: string,
  { name, ...owner }: Pick<StoredWeight, 'name' | 'within' | 'numbered'>,
): StoredWeight {
  const array = file.describe(dataset);
  const { shape, type, stored } = array;
  if (type !== null) return { name, shape, values: finite(path, name, file.numbers(dataset, array)), ...owner };
  const refusal = new AuditError('FA205', {
    what: `${path}: weight "${name}" is stored as ${stored}, not as floating-point numbers`,
    why: 'an audit needs derivatives with respect to the weights',
    fix: 'save the model with weights in float32, before any quantisation',
  });
  return { name, shape, values: new Float32Array(0), refusal, ...owner };
}
