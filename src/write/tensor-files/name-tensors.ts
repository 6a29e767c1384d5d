import type { WeightDiagonal } from '../../figures/weight-diagonals.js';
import { AuditError } from '../../errors.js';
import type { NamedTensor } from './tensor-file.js';

/** The name under which files store their metadata. */
const METADATA = '__metadata__';

/**
 * The tensors of an export: for each weight its diagonal under the weight's name, and its variances under names that
 * begin with it.
 * @throws AuditError FA406 where two names are equal
 */
export function nameTensors(diagonals: readonly WeightDiagonal[]): NamedTensor[] {
  const tensors = diagonals.flatMap(
    ({ name, shape, fisher, gradientVariance, hessianVariance, inputVariance }): NamedTensor[] => [
      { name, shape, values: fisher },
      { name: `${name}.gradient_variance`, shape, values: gradientVariance },
      ...(hessianVariance ? [{ name: `${name}.hessian_variance`, shape, values: hessianVariance }] : []),
      { name: `${name}.input_variance`, shape, values: inputVariance },
    ],
  );
  const known = new Set([METADATA]);
  for (const { name } of tensors) {
    if (/\p{Cs}/u.test(name)) throw unusable(name, 'is not a text in Unicode');
    if (known.has(name)) throw unusable(name, name === METADATA ? 'is kept for metadata' : 'would name two tensors');
    known.add(name);
  }
  return tensors;
}

const unusable = (name: string, why: string): AuditError =>
  new AuditError('FA406', {
    what: `the name "${name}" ${why}`,
    fix: 'rename the weight in the model, or leave out its layer with --skip-layer',
  });
