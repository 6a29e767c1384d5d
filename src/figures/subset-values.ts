import type { EstimatorName } from '../estimators/index.js';
import { estimatorNames } from '../estimators/index.js';
import type { LoweredLayer } from '../layers/lower.js';
import { sizeOf } from '../kernels/kernels.js';
import type { Estimates } from '../engine/estimate.js';
import { information, varianceOf } from '../engine/moments.js';
import type { Plan } from '../engine/plan/types.js';
import { type Audited, addTotals, auditedWeights } from './totals.js';

/** Means over the inputs for each audited parameter of a weight that was sampled. */
export interface SampledWeight {
  readonly name: string;
  readonly parameters: number;
  /** Which parameters. */
  readonly indices: readonly number[];
  readonly information: Float64Array;
  readonly variances: Readonly<Record<EstimatorName, Float64Array | null>>;
}

/** What was found for the parameters of a layer of which a subset was audited, and the layer's sums. */
export interface SubsetValues {
  readonly weights: readonly SampledWeight[];
  readonly information: number;
  /** Of the means over the inputs, Σᵢ Iᵢ². */
  readonly squares: number;
  readonly variances: Readonly<Record<EstimatorName, number>>;
}

/** Values of single parameters, by layer: of layers of which a subset was audited, with exact derivatives. */
export function subsetValues(
  layers: readonly LoweredLayer[],
  plan: Plan,
  estimates: Estimates,
): ReadonlyMap<string, SubsetValues> {
  const found = layers.flatMap((layer): [string, SubsetValues][] => {
    const own = auditedWeights(layer, plan, estimates);
    if (own.length === 0) return [];
    const totals = addTotals(own.map((one) => one.totals));
    if (totals.audited === totals.parameters || !totals.exact) return [];
    const values = {
      weights: own.flatMap((one) => sampledWeight(one, plan, estimates)),
      information: totals.quadratic(information),
      squares: totals.squares(information),
      variances: byEstimator((name) => totals.quartic(varianceOf(name))),
    };
    return [[layer.path, values]];
  });
  return new Map(found);
}

const byEstimator = <T>(f: (name: EstimatorName) => T): Record<EstimatorName, T> =>
  Object.fromEntries(estimatorNames.map((name) => [name, f(name)])) as Record<EstimatorName, T>;

function sampledWeight({ planned, sums }: Audited, { groups }: Plan, { columns }: Estimates): SampledWeight[] {
  const parameters = sizeOf(planned.weight.shape);
  const means = sums.means?.[columns.quadratic.indexOf(information)];
  const group = groups.find(({ weights }) => weights.includes(planned));
  if (means === undefined || group === undefined || planned.audited === parameters) return [];
  const column = (name: string): Float64Array | null => sums.quarticMeans?.[columns.quartic.indexOf(name)] ?? null;
  return [
    {
      name: planned.weight.name,
      parameters,
      indices: group.indices,
      information: means,
      variances: byEstimator((name) => column(varianceOf(name))),
    },
  ];
}
