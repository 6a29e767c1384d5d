import { AuditError } from '../errors.js';
import type { EstimatorName } from '../estimators/index.js';
import { sizeOf } from '../kernels/kernels.js';
import type { LoweredLayer } from '../layers/lower.js';
import type { Estimates } from '../engine/estimate.js';
import { errorOf, informationNoise, varianceOf } from '../engine/moments.js';
import { type ParameterMeans, bytesOfMeans } from '../engine/accumulators/per-parameter.js';
import type { Group, Plan, PlannedWeight } from '../engine/plan/types.js';
import { applies } from './layer-figures.js';

/** What is exported as the diagonal: its exact value, or what an estimator made of this run's draws. */
export type DiagonalName = 'exact' | EstimatorName;

export interface DiagonalOptions {
  readonly estimator: DiagonalName;
  /** Label draws per input. */
  readonly samples: number;
  readonly kinks: 'strict' | 'almost-everywhere';
  /** Bytes that the tensors may take. */
  readonly memory: number;
}

/** The diagonal Fisher of one weight tensor, and variances of one draw: means over the inputs, in the tensor's order. */
export interface WeightDiagonal {
  readonly layer: string;
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether all labels were taken into account; if not (many outputs), everything is estimated from label draws. */
  readonly exact: boolean;
  readonly fisher: Float64Array;
  readonly gradientVariance: Float64Array;
  /** Null where Î₂ does not apply. */
  readonly hessianVariance: Float64Array | null;
  /** Over the inputs, in population form. */
  readonly inputVariance: Float64Array;
}

const hasHessian = ({ smoothness }: PlannedWeight, { kinks }: DiagonalOptions): boolean =>
  applies('hessian', smoothness.status, kinks);

/** The columns that the diagonal of one weight needs beside the information. */
export function columnsOfDiagonal(planned: PlannedWeight, group: Group, options: DiagonalOptions): string[] {
  const { estimator, samples } = options;
  return [
    varianceOf('gradient'),
    ...(hasHessian(planned, options) ? [varianceOf('hessian')] : []),
    ...(estimator === 'exact' ? [] : [errorOf(estimator, samples)]),
    ...(group.derivation === 'draw' ? [informationNoise] : []),
  ];
}

/**
 * Before anything is computed: whether the diagonal can be had, for every parameter, and fits into memory.
 * @throws AuditError FA304 where the estimator does not apply, FA401 where parameters are sampled or memory is short
 */
export function refuseImpossible({ groups }: Plan, options: DiagonalOptions): void {
  const weights = groups.flatMap((group) => group.weights.map((planned) => ({ planned, group })));
  const sampled = weights.find(({ planned }) => planned.audited < sizeOf(planned.weight.shape));
  if (sampled) throw notEveryParameter(sampled.planned);
  if (options.estimator === 'hessian') {
    const without = weights.filter(({ planned }) => !hasHessian(planned, options));
    if (without.length > 0) throw notTwiceDifferentiable(layersOf(without));
    // Second derivatives are zero there: the estimate is the exact diagonal, which is not known.
    const drawn = weights.filter(({ group }) => group.derivation === 'draw');
    if (drawn.length > 0) throw tooManyOutputs(layersOf(drawn));
  }
  const bytes = weights.reduce(
    (sum, { planned, group }) =>
      sum + planned.audited * bytesOfMeans(columnsOfDiagonal(planned, group, options).length),
    0,
  );
  if (bytes <= options.memory) return;
  throw new AuditError('FA401', {
    what: `--memory: the tensors take ${Math.ceil(bytes / 1e6)} MB, more than ${Math.floor(options.memory / 1e6)} MB`,
    fix: 'raise --memory, or export some layers at a time (--skip-layer)',
  });
}

const notEveryParameter = ({ weight, audited }: PlannedWeight): AuditError =>
  new AuditError('FA401', {
    what: `--parameters: ${audited} of the ${sizeOf(weight.shape)} parameters of ${weight.name}, but an export needs all`,
    fix: 'leave out --parameters',
  });

const layersOf = (weights: readonly { readonly planned: PlannedWeight }[]): string =>
  [...new Set(weights.map(({ planned }) => planned.weight.layer))].join(', ');

const notTwiceDifferentiable = (layers: string): AuditError =>
  new AuditError('FA304', {
    what: `--estimator hessian: Î₂ does not apply to ${layers}`,
    why: 'an operation behind these layers is not twice continuously differentiable',
    fix: 'use --estimator gradient, --kinks almost-everywhere, or leave the layers out (--skip-layer)',
  });

const tooManyOutputs = (layers: string): AuditError =>
  new AuditError('FA304', {
    what: `--estimator hessian: with so many outputs there is no estimate Î₂ for ${layers}`,
    why: 'it equals the exact diagonal there, which is itself estimated from label draws',
    fix: 'use --estimator exact or gradient, more --samples than outputs, or leave the layers out (--skip-layer)',
  });

/** The diagonals of all weights, in the order of the report. @throws AuditError FA207 */
export function weightDiagonals(
  layers: readonly LoweredLayer[],
  plan: Plan,
  { sums, inputs }: Estimates<ParameterMeans>,
  options: DiagonalOptions,
): WeightDiagonal[] {
  const all = [...sums];
  const drawn = new Set(plan.groups.flatMap(({ derivation, weights }) => (derivation === 'draw' ? weights : [])));
  const own = layers.flatMap(({ path }) => all.filter(([{ weight }]) => weight.layer === path));
  return own.map(([planned, means]) => {
    const { layer, name, shape } = planned.weight;
    const exact = !drawn.has(planned);
    const diagonal = { layer, name, shape, exact, ...figuresOf(means, inputs, options) };
    refuseNotFinite(diagonal);
    return diagonal;
  });
}

type Figures = Pick<WeightDiagonal, 'fisher' | 'gradientVariance' | 'hessianVariance' | 'inputVariance'>;

/** The means become the figures in place: there is memory for one of them. */
function figuresOf(
  { information, inputVariance, others }: ParameterMeans,
  inputs: number,
  { estimator, samples }: DiagonalOptions,
): Figures {
  const noise = others.get(informationNoise);
  // An estimate has its noise in its variance over the inputs, and what that of the mean takes off.
  if (noise) addTo(inputVariance, noise, 1 / inputs - 1);
  const errors = estimator === 'exact' ? undefined : others.get(errorOf(estimator, samples));
  if (errors) addTo(information, errors, 1);
  return {
    fisher: information,
    gradientVariance: others.get(varianceOf('gradient'))!,
    hessianVariance: others.get(varianceOf('hessian')) ?? null,
    inputVariance,
  };
}

function addTo(values: Float64Array, terms: Float64Array, factor: number): void {
  for (let k = 0; k < values.length; k++) values[k]! += factor * terms[k]!;
}

function refuseNotFinite({ name, fisher, gradientVariance, hessianVariance, inputVariance }: WeightDiagonal): void {
  const figures = [fisher, gradientVariance, hessianVariance ?? [], inputVariance];
  if (figures.every((values) => values.every(Number.isFinite))) return;
  throw new AuditError('FA207', {
    what: `${name}: its diagonal or a variance is not a finite number`,
    why: 'derivatives are too large to compute with, as after training that diverged',
    fix: 'look at the scale of the data (--scale, --offset) and of the weights, or use --precision float64',
  });
}
