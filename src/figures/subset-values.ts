import { type ByEstimator, byEstimator } from '../estimators/index.js';
import type { LoweredLayer } from '../network/network.js';
import type { Estimates } from '../engine/estimate.js';
import type { Plan } from '../engine/plan/types.js';
import { type AuditedWeight, addTotals, auditedWeights } from './totals.js';

/** Means over the inputs for each audited parameter of a weight that was sampled. */
export interface SampledWeight {
  readonly name: string;
  readonly parameters: number;
  /** Which parameters. */
  readonly indices: readonly number[];
  readonly information: Float64Array;
  readonly variances: ByEstimator<Float64Array | null>;
}

/** Figures of the audited parameters of a layer whose other parameters were not audited, and the layer's sums. */
export interface SubsetValues {
  readonly weights: readonly SampledWeight[];
  readonly information: number;
  /** Σᵢ Iᵢ² of the means over the inputs. */
  readonly squares: number;
  readonly variances: ByEstimator<number>;
}

/** Values of single parameters, for every layer that was audited on a subset with exact derivatives. */
export function subsetValues(
  layers: readonly LoweredLayer[],
  plan: Plan,
  estimates: Estimates,
): ReadonlyMap<string, SubsetValues> {
  const found = layers.flatMap((layer): [string, SubsetValues][] => {
    const own = auditedWeights(layer, estimates);
    if (own.length === 0) return [];
    const totals = addTotals(
      estimates.columns,
      own.map((one) => one.totals),
    );
    if (totals.audited === totals.parameters || !totals.exact) return [];
    const values = {
      weights: own.flatMap((one) => sampledWeight(one, plan)),
      information: totals.quadratic.information,
      squares: totals.squares.information,
      variances: byEstimator((name) => totals.quartic.estimators[name].variance),
    };
    return [[layer.path, values]];
  });
  return new Map(found);
}

function sampledWeight({ planned, sums }: AuditedWeight, { groups }: Plan): SampledWeight[] {
  const { weight, parameters, audited } = planned;
  const group = groups.find(({ weights }) => weights.includes(planned));
  if (!sums.means || !group || audited === parameters) return [];
  return [
    {
      name: weight.name,
      parameters,
      indices: group.indices,
      information: sums.means.information,
      variances: byEstimator((name) => sums.quarticMeans?.estimators[name].variance ?? null),
    },
  ];
}
