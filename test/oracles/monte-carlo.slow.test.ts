import { beforeAll, describe, expect, it } from 'vitest';
import { type EstimatorName, estimatorNames } from '../../src/estimators/index.js';
import { type Report, audit } from '../../src/index.js';
import { describeSample } from '../support/numbers.js';
import { oracleFamily, oracleFolder } from '../support/models/oracles.js';

/** What the draws of many runs give must on average be what a report says without any draws. */
const SEEDS = 200;
const SAMPLES = [1, 16];
const ERRORS = 4;

const networks = ['mlp-tanh-softmax', 'mlp-tanh-multilabel', 'mlp-softplus-gaussian', 'mlp-tanh-poisson'];

async function auditMany(name: string): Promise<Report[]> {
  const request = { model: oracleFolder(name), likelihood: oracleFamily(name), samples: SAMPLES } as const;
  const reports = [];
  for (let seed = 0; seed < SEEDS; seed++) reports.push(await audit({ ...request, seed, precision: 'float64' }));
  return reports;
}

type Layer = Report['layers'][number];
type Run = Layer['estimators']['gradient']['runs'][number];

/** A relative rounding error is allowed where the exact value leaves no room for any other (Î₂ of the final layer). */
function expectMean(values: readonly number[], wanted: number, what: string): void {
  const { mean, meanError } = describeSample(values);
  const room = ERRORS * meanError + 1e-12 * Math.abs(wanted);
  expect(Math.abs(mean - wanted), `${what}: ${mean} ± ${meanError}, not ${wanted}`).toBeLessThanOrEqual(room);
}

describe.each(networks)('%s', (name) => {
  let reports: Report[];
  beforeAll(async () => {
    reports = await auditMany(name);
  });

  /** One figure of every run, by layer, estimator and sample count. */
  function eachRun(check: (layer: Layer, estimator: EstimatorName, run: Run, all: Run[], what: string) => void): void {
    for (const [l, layer] of reports[0]!.layers.entries()) {
      for (const estimator of estimatorNames) {
        for (const [n, run] of layer.estimators[estimator].runs.entries()) {
          const all = reports.map((report) => report.layers[l]!.estimators[estimator].runs[n]!);
          check(layer, estimator, run, all, `${layer.name}, ${estimator}, ${run.samples} draws`);
        }
      }
    }
  }

  it('both estimates of the trace are unbiased', () => {
    eachRun(({ fisher }, _, __, all, what) =>
      expectMean(
        all.map(({ measured }) => measured.trace ?? NaN),
        fisher.trace,
        what,
      ),
    );
  });

  it('sample variances agree with the exact variance', () => {
    eachRun(({ estimators }, estimator, { samples }, all, what) => {
      const measured = all.map((run) => run.measured.variance);
      if (samples === 1) expect(new Set(measured)).toEqual(new Set([null]));
      else expectMean(measured.map(Number), estimators[estimator].variance ?? NaN, what);
    });
  });

  it('squared errors agree with the expected ones', () => {
    eachRun((_, __, { relativeError }, all, what) =>
      expectMean(
        all.map((run) => Number(run.measured.relativeError) ** 2),
        (relativeError ?? NaN) ** 2,
        what,
      ),
    );
  });

  it('exact figures do not depend on the seed', () => {
    const exact = ({ layers }: Report): unknown =>
      layers.map(({ fisher, estimators: { gradient, hessian } }) => [
        fisher,
        [gradient, hessian].map(({ variance, bounds, samplesForTarget }) => [variance, bounds, samplesForTarget]),
      ]);
    for (const report of reports) expect(exact(report)).toEqual(exact(reports[0]!));
  });
});
