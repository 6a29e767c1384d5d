import { AuditError } from '../../errors.js';
import type { Hdf5File } from '../containers/hdf5/file.js';
import type { StoredWeight } from './keras-model.js';
import { finite } from './finite.js';

/**
 * A dataset as a weight. What no float holds exactly is refused, but only once a layer wants it: layers that count or
 * that draw random numbers keep integers.
 * @throws AuditError FA204
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
    what: `${path}: weight "${name}" is stored as ${stored}`,
    why: 'quantised weights are no parameters with derivatives',
    fix: 'save the model before it is quantised, in float32',
  });
  return { name, shape, values: new Float32Array(0), refusal, ...owner };
}
