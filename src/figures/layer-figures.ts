import { type EstimatorName, byEstimator } from '../estimators/index.js';
import type { LoweredLayer } from '../network/network.js';
import type { Estimates } from '../engine/estimate.js';
import { derivativeFlops, drawFlops } from '../engine/plan/cost-model.js';
import type { Group, Plan } from '../engine/plan/types.js';
import { leastRegular } from '../program/smoothness.js';
import type { EstimatorReport, LayerReport, WeightReport, LayerFigures } from '../results/report.js';
import { drawsForError } from '../statistics/draw-counts.js';
import { samplingErrorOf } from './sampling-error.js';
import { type AuditedWeight, type Totals, addTotals, auditedWeights } from './totals.js';

/** The figures of one layer, and what a recommendation needs to know beside them. */
export interface LayerSummary {
  readonly figures: LayerFigures;
  /** Whether some operation after its parameters has a second derivative that is not zero almost everywhere. */
  readonly curved: boolean;
}

/**
 * The figures of every layer that has audited weights, in the network's order.
 * @param target relative error that `samplesForTarget` reaches
 */
export function layerFigures(
  layers: readonly LoweredLayer[],
  plan: Plan,
  estimates: Estimates,
  target: number,
): LayerSummary[] {
  const owners = layers.filter(({ path }) => [...estimates.sums.keys()].some(({ weight }) => weight.layer === path));
  return owners.map((layer, index) => {
    const fromEnd = owners.length - 1 - index;
    const position = fromEnd === 0 ? 'final' : fromEnd === 1 ? 'penultimate' : 'hidden';
    return figuresOf(layer, position, plan, estimates, target);
  });
}

/** Σᵢ Var over the inputs of Iᵢ(x). */
const inputVarianceOf = ({ secondMoment, squares }: Totals): number => Math.max(secondMoment - squares.information, 0);

function fisherOf(totals: Totals): WeightReport['fisher'] {
  const trace = totals.quadratic.information;
  return {
    trace,
    mean: trace / totals.parameters,
    norm: Math.sqrt(totals.squares.information),
    inputVariance: inputVarianceOf(totals) / totals.parameters,
  };
}

/** The empirical Fisher beside the information; null where the data set's own labels were not asked for. */
function empiricalOf({ quadratic, squares, product, parameters }: Totals): WeightReport['empirical'] {
  if (quadratic.empirical === null || squares.empirical === null) return null;
  const trace = quadratic.empirical;
  const norm = Math.sqrt(squares.empirical);
  const norms = norm * Math.sqrt(squares.information);
  // At most 1, except for rounding, and for information that is an estimate.
  const cosine = norms > 0 ? Math.min(product / norms, 1) : null;
  return { trace, mean: trace / parameters, norm, cosine };
}

/** Whether an estimator has figures for all of some weights. */
const applies = (name: EstimatorName, own: readonly AuditedWeight[]): boolean =>
  name === 'gradient' || own.every(({ planned }) => planned.hessianApplies);

function weightReport(audited: AuditedWeight): WeightReport {
  const { planned, totals } = audited;
  const variance = (name: EstimatorName): number | null =>
    applies(name, [audited]) ? totals.quartic.estimators[name].variance / totals.parameters : null;
  return {
    name: planned.weight.name,
    shape: [...planned.weight.shape],
    parameters: { total: totals.parameters, audited: totals.audited },
    fisher: fisherOf(totals),
    empirical: empiricalOf(totals),
    variance: byEstimator(variance),
  };
}

function figuresOf(
  layer: LoweredLayer,
  position: LayerReport['position'],
  plan: Plan,
  estimates: Estimates,
  target: number,
): LayerSummary {
  const own = auditedWeights(layer, estimates);
  const totals = addTotals(
    estimates.columns,
    own.map((one) => one.totals),
  );
  const groups = plan.groups.filter((group) => group.weights.some(({ weight }) => weight.layer === layer.path));
  const { status, kinks, curved } = leastRegular(own.map(({ planned }) => planned.smoothness));
  const report = (name: EstimatorName): EstimatorReport => {
    const applicable = applies(name, own);
    const { runs, ...others } = applicable
      ? estimatorFigures(name, totals, estimates, target)
      : { variance: null, bounds: null, samplesForTarget: null, runs: [] };
    const cost = applicable
      ? costOf(name, groups, plan, estimates)
      : { flopsPerInput: null, flopsPerDraw: null, secondsPerDraw: null };
    const almostEverywhere = name === 'hessian' && status === 'kinked' && applicable;
    return { applicability: status, kinks: [...kinks], almostEverywhere, exact: totals.exact, ...others, cost, runs };
  };
  const figures = {
    name: layer.path,
    type: layer.type,
    activation: layer.activation,
    position,
    parameters: { total: totals.parameters, audited: totals.audited },
    fisher: fisherOf(totals),
    empirical: empiricalOf(totals),
    estimators: byEstimator(report),
    weights: own.map(weightReport),
    ...samplingErrorOf(own, totals, estimates),
  };
  return { figures, curved };
}

type Figures = Pick<EstimatorReport, 'variance' | 'bounds' | 'samplesForTarget' | 'runs'>;

function estimatorFigures(name: EstimatorName, totals: Totals, estimates: Estimates, target: number): Figures {
  const { inputs, columns } = estimates;
  const { quadratic, squares } = totals;
  const { variance, lower, upper, sampleVariances } = totals.quartic.estimators[name];
  const norm = Math.sqrt(squares.information);
  const relative = (squaredError: number): number | null => (norm > 0 ? Math.sqrt(squaredError) / norm : null);
  const labelVariance = variance / inputs;
  const perParameter = (sum: number): number => sum / totals.parameters;
  return {
    variance: perParameter(variance),
    bounds: totals.exact ? { lower: perParameter(lower), upper: perParameter(upper) } : null,
    samplesForTarget: samplesFor(target, relative(labelVariance)),
    runs: columns.samples.map((samples, n) => ({
      samples,
      relativeError: relative(labelVariance / samples),
      relativeErrorTotal: inputs > 1 ? relative(labelVariance / samples + inputVarianceOf(totals) / inputs) : null,
      measured: {
        // Draws of Î₂ give the exact information, which is not known if the figures are estimates.
        trace: totals.exact || name === 'gradient' ? quadratic.information + quadratic.errors[name][n]! : null,
        relativeError: totals.exact ? relative(squares.errors[name][n]!) : null,
        variance: samples > 1 ? perParameter(sampleVariances[n]!) : null,
      },
    })),
  };
}

/** The smallest N ≥ 1 with error/√N ≤ target; null where N would be too large for an integer. */
function samplesFor(target: number, error: number | null): number | null {
  if (error === null) return null;
  const draws = drawsForError(error, 1, target);
  return draws > Number.MAX_SAFE_INTEGER ? null : Math.max(1, draws);
}

/** What the engine computes for one estimator in a layer. */
function costOf(
  name: EstimatorName,
  groups: readonly Group[],
  plan: Plan,
  { inputs, contractionSeconds }: Estimates,
): EstimatorReport['cost'] {
  const sum = (f: (group: Group) => number): number => groups.reduce((total, group) => total + f(group), 0);
  // Jets of order 2 have first and second derivatives together; those of order 1 need nothing for second ones.
  const share = ({ order }: Group): number => (name === 'hessian' ? 1 : 1 / order);
  const estimated = groups.some(({ derivation }) => derivation === 'label-draws');
  const draws = inputs * (estimated ? plan.labelDraws : plan.maxSamples);
  return {
    flopsPerInput: sum((group) => share(group) * derivativeFlops(group, plan)),
    flopsPerDraw: sum((group) => (name === 'hessian' && group.order === 1 ? 0 : drawFlops(group, plan))),
    secondsPerDraw: sum((group) => contractionSeconds.get(group)?.[name] ?? 0) / draws,
  };
}
