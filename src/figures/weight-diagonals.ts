import { AuditError } from '../errors.js';
import type { EstimatorName } from '../estimators/index.js';
import type { LoweredLayer } from '../network/network.js';
import { type ParameterMeans, type WantedColumn, bytesOfMeans } from '../engine/accumulators/per-parameter.js';
import type { Estimates } from '../engine/estimate.js';
import type { Plan, PlannedWeight } from '../engine/plan/types.js';
import { listed } from '../text/format-numbers.js';
import { noiseOfInputVariance } from './information-noise.js';
import { refuseNotFinite } from './not-finite.js';

/** What is exported as the diagonal: its exact value, or the estimate from this run's draws. */
export type DiagonalName = 'exact' | EstimatorName;

export interface DiagonalOptions {
  readonly estimator: DiagonalName;
  /** Label draws per input. */
  readonly samples: number;
  /** Bytes that the tensors may take. */
  readonly memory: number;
}

/** The diagonal Fisher of one weight tensor, and variances of one draw: means over the inputs, in the tensor's order. */
export interface WeightDiagonal {
  readonly layer: string;
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether the derivatives of all outputs were computed; if not, all figures are estimates from label draws. */
  readonly exact: boolean;
  readonly fisher: Float64Array;
  readonly gradientVariance: Float64Array;
  /** Null where Î₂ does not apply. */
  readonly hessianVariance: Float64Array | null;
  /** Over the inputs, in population form. */
  readonly inputVariance: Float64Array;
}

/** Columns that a diagonal needs beside the information. */
type DiagonalColumn = 'gradientVariance' | 'hessianVariance' | 'error' | 'informationNoise';

/** The columns that the diagonal of one weight needs beside the information, where one sample count is audited. */
export function columnsOfDiagonal(
  { hessianApplies, exact }: PlannedWeight,
  { estimator }: Pick<DiagonalOptions, 'estimator'>,
): WantedColumn<DiagonalColumn>[] {
  const columns: WantedColumn<DiagonalColumn>[] = [
    { name: 'gradientVariance', power: 2, of: ({ estimators }) => estimators.gradient.variance },
  ];
  if (hessianApplies) {
    columns.push({ name: 'hessianVariance', power: 2, of: ({ estimators }) => estimators.hessian.variance });
  }
  if (estimator !== 'exact') columns.push({ name: 'error', power: 1, of: ({ errors }) => errors[estimator][0]! });
  if (!exact) columns.push({ name: 'informationNoise', power: 2, of: ({ informationNoise }) => informationNoise });
  return columns;
}

/**
 * Checks, before anything is computed, that the diagonal is defined, covers every parameter, and fits into memory.
 * @throws AuditError FA304 where the estimator does not apply, FA401 where parameters are sampled or memory is short
 */
export function refuseImpossible({ groups }: Plan, options: DiagonalOptions): void {
  const weights = groups.flatMap((group) => group.weights);
  const sampled = weights.find(({ parameters, audited }) => audited < parameters);
  if (sampled) throw notEveryParameter(sampled);
  if (options.estimator === 'hessian') {
    const without = weights.filter(({ hessianApplies }) => !hessianApplies);
    if (without.length > 0) throw notTwiceDifferentiable(layersOf(without));
    // Second derivatives are zero there, so that Î₂ is the exact diagonal, which is not known.
    const estimated = weights.filter(({ exact }) => !exact);
    if (estimated.length > 0) throw tooManyOutputs(layersOf(estimated));
  }
  const bytes = weights.reduce(
    (sum, planned) => sum + planned.audited * bytesOfMeans(columnsOfDiagonal(planned, options).length),
    0,
  );
  if (bytes <= options.memory) return;
  throw new AuditError('FA401', {
    what: `--memory: the tensors take ${Math.ceil(bytes / 1e6)} MB, more than ${Math.floor(options.memory / 1e6)} MB`,
    fix: 'raise --memory, or export some layers at a time (--skip-layer)',
  });
}

const notEveryParameter = ({ weight, parameters, audited }: PlannedWeight): AuditError =>
  new AuditError('FA401', {
    what: `--parameters: ${audited} of the ${parameters} parameters of ${weight.name} would be exported, but an export needs all`,
    fix: 'leave out --parameters',
  });

/** Layers that a message names. */
const SHOWN_LAYERS = 10;

const layersOf = (weights: readonly PlannedWeight[]): string =>
  listed([...new Set(weights.map(({ weight }) => weight.layer))], SHOWN_LAYERS);

const notTwiceDifferentiable = (layers: string): AuditError =>
  new AuditError('FA304', {
    what: `--estimator hessian: Î₂ does not apply to ${layers}`,
    why: 'an operation after these layers is not twice continuously differentiable',
    fix: 'use --estimator gradient or --kinks almost-everywhere, or skip these layers (--skip-layer)',
  });

const tooManyOutputs = (layers: string): AuditError =>
  new AuditError('FA304', {
    what: `--estimator hessian: the network has too many outputs to estimate Î₂ for ${layers}`,
    why: 'Î₂ equals the exact diagonal there, which is itself estimated from label draws',
    fix: 'use --estimator exact or gradient, use more --samples than outputs, or skip these layers (--skip-layer)',
  });

/** The diagonals of all weights, in the order of the report. @throws AuditError FA207 */
export function weightDiagonals(
  layers: readonly LoweredLayer[],
  { sums, inputs }: Estimates<ParameterMeans<DiagonalColumn>>,
): WeightDiagonal[] {
  const all = [...sums];
  const own = layers.flatMap(({ path }) => all.filter(([{ weight }]) => weight.layer === path));
  return own.map(([{ weight, exact }, means]) => {
    const { layer, name, shape } = weight;
    const figures = figuresOf(means, inputs);
    refuseNotFinite(name, figures);
    return { layer, name, shape, exact, ...figures };
  });
}

type Figures = Pick<WeightDiagonal, 'fisher' | 'gradientVariance' | 'hessianVariance' | 'inputVariance'>;

/** Turns the means into the figures in place: memory may hold only one of them. */
function figuresOf({ information, inputVariance, others }: ParameterMeans<DiagonalColumn>, inputs: number): Figures {
  const noise = others.get('informationNoise');
  if (noise) {
    for (let k = 0; k < noise.length; k++) inputVariance[k]! -= noiseOfInputVariance(noise[k]!, inputs);
  }
  const errors = others.get('error');
  if (errors) {
    for (let k = 0; k < errors.length; k++) information[k]! += errors[k]!;
  }
  return {
    fisher: information,
    gradientVariance: others.get('gradientVariance')!,
    hessianVariance: others.get('hessianVariance') ?? null,
    inputVariance,
  };
}
