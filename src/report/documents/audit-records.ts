import type { EstimatorName } from '../../estimators/index.js';
import type { LayerReport, Report } from '../../results/report.js';
import type { View } from '../view.js';
import type { FlatRecord } from './presentation.js';

/** One flat record for each layer, or for each weight. */
export function auditRecords(report: Report, by: View['by']): FlatRecord[] {
  if (by === 'layer') return report.layers.map((layer) => layerRecord(layer, report));
  return report.layers.flatMap((layer) =>
    layer.weights.map((weight): FlatRecord => ({
      layer: layer.name,
      weight: weight.name,
      shape: weight.shape.join('x'),
      parameters: weight.parameters.total,
      audited: weight.parameters.audited,
      ...fisherRecord(weight.fisher),
      ...empiricalRecord(weight.empirical),
      gradientVariance: weight.variance.gradient,
      hessianVariance: weight.variance.hessian,
    })),
  );
}

const fisherRecord = (fisher: LayerReport['fisher']): Record<string, number> => ({
  fisherTrace: fisher.trace,
  fisherMean: fisher.mean,
  fisherNorm: fisher.norm,
  inputVariance: fisher.inputVariance,
});

const empiricalRecord = (empirical: LayerReport['empirical']): Record<string, number | null> => ({
  empiricalTrace: empirical?.trace ?? null,
  empiricalMean: empirical?.mean ?? null,
  empiricalNorm: empirical?.norm ?? null,
  empiricalCosine: empirical?.cosine ?? null,
});

function layerRecord(layer: LayerReport, { run }: Report): FlatRecord {
  const estimator = (name: EstimatorName): FlatRecord => {
    const { variance, samplesForTarget, runs, applicability } = layer.estimators[name];
    const errors = run.samples.map((samples, k) => [
      `${name}RelativeErrorAt${samples}`,
      runs[k]?.relativeError ?? null,
    ]);
    return {
      [`${name}Applicability`]: applicability,
      [`${name}Variance`]: variance,
      [`${name}SamplesForTarget`]: samplesForTarget,
      ...(Object.fromEntries(errors) as Record<string, number | null>),
    };
  };
  return {
    layer: layer.name,
    type: layer.type,
    position: layer.position,
    parameters: layer.parameters.total,
    audited: layer.parameters.audited,
    ...fisherRecord(layer.fisher),
    ...empiricalRecord(layer.empirical),
    ...estimator('gradient'),
    ...estimator('hessian'),
    samplingError: layer.samplingError,
    recommendation: layer.recommendation.estimator,
    reason: layer.recommendation.reason,
  };
}
