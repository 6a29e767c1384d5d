import type { EstimatorName } from '../estimators/index.js';
import type { LoweredLayer } from '../layers/lower.js';
import { leastRegular } from '../program/smoothness.js';
import type { Estimates } from '../engine/estimate.js';
import { boundOf, empirical, errorOf, information, sampleVarianceOf, varianceOf } from '../engine/moments.js';
import type { Group, Plan } from '../engine/plan/make-plan.js';
import type { EstimatorReport, LayerFigures, WeightReport } from '../results/report.js';
import { samplingErrorOf } from './sampling-error.js';
import { type Audited, type Totals, addTotals, auditedWeights } from './totals.js';

export interface SummaryOptions {
  readonly target: number;
  readonly kinks: 'strict' | 'almost-everywhere';
  readonly outputs: number;
}

/** The figures of one layer, and what a recommendation needs to know beside them. */
export interface LayerSummary {
  readonly figures: LayerFigures;
  /** Whether some operation after its parameters has a second derivative that is not zero almost everywhere. */
  readonly curved: boolean;
}

/** The figures of every layer that has audited weights, in the network's order. */
export function summarise(
  layers: readonly LoweredLayer[],
  plan: Plan,
  estimates: Estimates,
  options: SummaryOptions,
): LayerSummary[] {
  const owners = layers.filter(({ path }) => [...estimates.sums.keys()].some(({ weight }) => weight.layer === path));
  return owners.map((layer, index) => {
    const own = auditedWeights(layer, plan, estimates);
    const place = owners.length - 1 - index;
    const position = place === 0 ? 'final' : place === 1 ? 'penultimate' : 'hidden';
    return layerSummary(layer, position, own, plan, estimates, options);
  });
}

/** Σᵢ Var over the inputs of Iᵢ(x). */
const inputVarianceOf = (totals: Totals): number => Math.max(totals.secondMoment - totals.squares(information), 0);

function fisherOf(totals: Totals): WeightReport['fisher'] {
  const trace = totals.quadratic(information);
  return {
    trace,
    mean: trace / totals.parameters,
    norm: Math.sqrt(totals.squares(information)),
    inputVariance: inputVarianceOf(totals) / totals.parameters,
  };
}

/** The empirical Fisher beside the information; null where the data set's own labels were not asked for. */
function empiricalOf(totals: Totals, { columns }: Estimates): WeightReport['empirical'] {
  if (!columns.quadratic.includes(empirical)) return null;
  const trace = totals.quadratic(empirical);
  const norm = Math.sqrt(totals.squares(empirical));
  const norms = norm * Math.sqrt(totals.squares(information));
  // Not above 1 but for rounding, and for information that is an estimate.
  const cosine = norms > 0 ? Math.min(totals.product / norms, 1) : null;
  return { trace, mean: trace / totals.parameters, norm, cosine };
}

/** Whether an estimator has figures for weights with such a way to the outputs. */
export const applies = (name: EstimatorName, status: string, kinks: SummaryOptions['kinks']): boolean =>
  name === 'gradient' || status !== 'kinked' || kinks === 'almost-everywhere';

function weightReport({ planned, totals }: Audited, estimates: Estimates, { kinks }: SummaryOptions): WeightReport {
  const variance = (name: EstimatorName): number | null =>
    applies(name, planned.smoothness.status, kinks) ? totals.quartic(varianceOf(name)) / totals.parameters : null;
  return {
    name: planned.weight.name,
    shape: [...planned.weight.shape],
    parameters: { total: totals.parameters, audited: totals.audited },
    fisher: fisherOf(totals),
    empirical: empiricalOf(totals, estimates),
    variance: { gradient: variance('gradient'), hessian: variance('hessian') },
  };
}

function layerSummary(
  layer: LoweredLayer,
  position: LayerFigures['position'],
  own: readonly Audited[],
  plan: Plan,
  estimates: Estimates,
  options: SummaryOptions,
): LayerSummary {
  const totals = addTotals(own.map((one) => one.totals));
  const groups = plan.groups.filter((group) => group.weights.some(({ weight }) => weight.layer === layer.path));
  const { status, kinks, curved } = leastRegular(own.map(({ planned }) => planned.smoothness));
  const report = (name: EstimatorName): EstimatorReport => {
    const applicable = applies(name, status, options.kinks);
    const figures = applicable
      ? estimatorFigures(name, totals, estimates, options.target)
      : { variance: null, bounds: null, samplesForTarget: null, runs: [] };
    const cost = costOf(name, groups, applicable, plan, estimates, options);
    const almostEverywhere = name === 'hessian' && status === 'kinked' && options.kinks === 'almost-everywhere';
    const { runs, ...others } = figures;
    return { applicability: status, kinks: [...kinks], almostEverywhere, exact: totals.exact, ...others, cost, runs };
  };
  const figures = {
    name: layer.path,
    type: layer.type,
    activation: layer.activation,
    position,
    parameters: { total: totals.parameters, audited: totals.audited },
    fisher: fisherOf(totals),
    empirical: empiricalOf(totals, estimates),
    estimators: { gradient: report('gradient'), hessian: report('hessian') },
    weights: own.map((one) => weightReport(one, estimates, options)),
    ...samplingErrorOf(own, totals, estimates),
  };
  return { figures, curved };
}

type Figures = Pick<EstimatorReport, 'variance' | 'bounds' | 'samplesForTarget' | 'runs'>;

function estimatorFigures(name: EstimatorName, totals: Totals, estimates: Estimates, target: number): Figures {
  const { inputs, columns } = estimates;
  const norm = Math.sqrt(totals.squares(information));
  const relative = (squaredError: number): number | null => (norm > 0 ? Math.sqrt(squaredError) / norm : null);
  const labelVariance = totals.quartic(varianceOf(name)) / inputs;
  const perParameter = (column: string): number => totals.quartic(column) / totals.parameters;
  return {
    variance: perParameter(varianceOf(name)),
    bounds: totals.exact
      ? { lower: perParameter(boundOf(name, 'lower')), upper: perParameter(boundOf(name, 'upper')) }
      : null,
    samplesForTarget: samplesFor(target, relative(labelVariance)),
    runs: columns.samples.map((samples) => ({
      samples,
      relativeError: relative(labelVariance / samples),
      relativeErrorTotal: inputs > 1 ? relative(labelVariance / samples + inputVarianceOf(totals) / inputs) : null,
      measured: {
        // Draws of Î₂ give the exact information here, which is not known.
        trace:
          totals.exact || name === 'gradient'
            ? totals.quadratic(information) + totals.quadratic(errorOf(name, samples))
            : null,
        relativeError: totals.exact ? relative(totals.squares(errorOf(name, samples))) : null,
        variance: samples > 1 ? perParameter(sampleVarianceOf(name, samples)) : null,
      },
    })),
  };
}

/** The smallest N ≥ 1 with error/√N ≤ target; null where no count of draws is that large. */
function samplesFor(target: number, error: number | null): number | null {
  if (error === null) return null;
  const rounded = Math.ceil((error / target) ** 2 * (1 - 1e-12));
  return rounded > Number.MAX_SAFE_INTEGER ? null : Math.max(1, rounded);
}

/** Derivatives of one group for one input; reverse passes count in full, whoever shares them, those of draws by draw. */
const flopsOf = ({ derivation, cost, indices }: Group, { passes, reverse }: Plan): number =>
  derivation === 'push' ? cost.flops * indices.length : derivation === 'pull' ? passes * reverse.flops : 0;

/** What the engine spends on one estimator in a layer; nothing where it does not apply. */
function costOf(
  name: EstimatorName,
  groups: readonly Group[],
  applicable: boolean,
  plan: Plan,
  { inputs, columns, contractionSeconds }: Estimates,
  { outputs }: SummaryOptions,
): EstimatorReport['cost'] {
  if (!applicable) return { flopsPerInput: null, flopsPerDraw: null, secondsPerDraw: null };
  const sum = (f: (group: Group) => number): number => groups.reduce((total, group) => total + f(group), 0);
  // Second derivatives are pushed along with the first; where they are zero nothing more is pushed.
  const share = ({ order }: Group): number => (name === 'hessian' ? 1 : 1 / order);
  const drawn = groups.some(({ derivation }) => derivation === 'draw');
  const draws = inputs * (drawn ? plan.draws : (columns.samples.at(-1) ?? 1));
  return {
    flopsPerInput: sum((group) => share(group) * flopsOf(group, plan)),
    flopsPerDraw: sum(({ derivation, indices, order }) => {
      if (name === 'hessian' && order === 1) return 0;
      return derivation === 'draw' ? plan.reverse.flops : 2 * outputs * indices.length;
    }),
    secondsPerDraw: sum((group) => contractionSeconds.get(group)?.[name] ?? 0) / draws,
  };
}
