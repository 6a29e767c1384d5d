import { describe, expect, it } from 'vitest';
import { MOST_DRAWS, networkSummary } from '../../src/findings/network-summary.js';
import type { LayerReport } from '../../src/results/report.js';
import { template } from '../support/reports/any-reports.js';

const INPUTS = 32;

/** The layers of a report, with other draws needed for the target. */
const withDraws = (draws: number | null): LayerReport[] =>
  template.layers.map((layer) => {
    const { gradient, hessian } = layer.estimators;
    const estimators = {
      gradient: { ...gradient, samplesForTarget: draws },
      hessian: { ...hessian, samplesForTarget: draws },
    };
    return { ...layer, estimators, recommendation: { ...layer.recommendation, reason: 'lower-variance' } };
  });

describe('the summary of a network', () => {
  it('has the largest number of draws, and the layers where it is too large', () => {
    const [first, ...others] = withDraws(8);
    const [noisy] = withDraws(MOST_DRAWS + 1);
    expect(networkSummary([first!, ...others], INPUTS)).toMatchObject({ drawsForTarget: 8, samplingFailsIn: [] });
    expect(networkSummary([noisy!, ...others], INPUTS)).toMatchObject({
      drawsForTarget: MOST_DRAWS + 1,
      samplingFailsIn: [noisy!.name],
    });
  });

  it('knows no number of draws where that of one layer is unknown', () => {
    const [unknown] = withDraws(null);
    expect(networkSummary([unknown!, ...withDraws(8)], INPUTS).drawsForTarget).toBeNull();
  });

  it('has the input noise that relativeErrorTotal contains beside label noise', () => {
    const [layer] = withDraws(8);
    const { fisher, parameters, estimators } = layer!;
    const noise = Math.sqrt((fisher.inputVariance * parameters.total) / INPUTS) / fisher.norm;
    const measured = estimators.gradient.runs[0]!;
    const summaryAt = (relativeError: number): ReturnType<typeof networkSummary> => {
      const gradient = { ...estimators.gradient, runs: [{ ...measured, relativeError }] };
      return networkSummary([{ ...layer!, estimators: { ...estimators, gradient } }], INPUTS);
    };
    expect(summaryAt(noise / 2).inputNoise).toBeCloseTo(noise, 12);
    expect(summaryAt(noise * 2).inputNoise).toBeNull();
    expect(networkSummary([layer!], 1).inputNoise).toBeNull();
  });
});
