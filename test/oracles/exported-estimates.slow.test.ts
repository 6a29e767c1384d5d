import { beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../src/index.js';
import { saveManyOutputs } from '../support/models/many-outputs.js';
import { fixtureFolder } from '../support/models/oracles.js';
import { describeSample } from '../support/numbers.js';
import { expectClose, expectMultipliesBack, exportFolder, sumOf, valuesOf } from '../support/reports/exported.js';

const { folder, exported } = exportFolder();

it('the variance of an estimate is the variance of a draw divided by draws and inputs', async () => {
  const [seeds, samples, model] = [60, 8, fixtureFolder('iris')];
  const exact = await exported(model);
  const inputs = Number(exact.metadata['inputs']);
  for (const estimator of ['gradient', 'hessian'] as const) {
    // By how much squared errors exceed the variance that is stated, over all parameters, relative to it.
    const ratios: number[] = [];
    for (let seed = 0; seed < seeds; seed++) {
      const estimate = await exported(model, { estimator, samples, seed }, 'npz');
      let [squares, stated] = [0, 0];
      for (const [name, { values }] of exact.tensors) {
        const variances = valuesOf(exact, `${name}.${estimator}_variance`);
        if (!variances) continue;
        const found = valuesOf(estimate, name)!;
        values.forEach((x, k) => (squares += (found[k]! - x) ** 2));
        stated += sumOf(variances)! / (samples * inputs);
      }
      ratios.push(squares / stated);
    }
    const { mean, meanError } = describeSample(ratios);
    expect(Math.abs(mean - 1), `${estimator}: ${mean}`).toBeLessThanOrEqual(4 * meanError);
  }
});

describe('more outputs than draws', () => {
  let model: string;
  beforeAll(async () => {
    model = await saveManyOutputs(folder, 'softmax', 0);
  });

  it('estimates are marked, and multiply back to those of the report', async () => {
    const report = await audit({ model, parameters: 'all', samples: 16, seed: 3 });
    const file = await exported(model, { samples: 16, seed: 3 });
    expectMultipliesBack(file, report);
    const estimated = report.layers.filter(({ estimators }) => !estimators.gradient.exact);
    expect(estimated).toHaveLength(4);
    expect(file.metadata['exact']).toBe('false');
    // Some biases are cheap enough to be exact, which the report does not tell of a layer.
    const weights = estimated.flatMap((layer) => layer.weights.map(({ name }) => name));
    const marked = JSON.parse(file.metadata['estimated'] ?? '') as string[];
    expect(weights).toEqual(expect.arrayContaining(marked));
    expect(marked).toEqual(expect.arrayContaining(weights.filter((name) => name.endsWith('kernel'))));
    expect(file.metadata['conventions']).toContain('no exact values');
  });

  it('an estimate Î₁ is that of the draws, and Î₂ is refused', async () => {
    const report = await audit({ model, parameters: 'all', samples: 16 });
    const file = await exported(model, { samples: 16, estimator: 'gradient' });
    for (const { name, weights, estimators } of report.layers) {
      const trace = weights.reduce((sum, weight) => sum + (sumOf(valuesOf(file, weight.name)) ?? NaN), 0);
      expectClose(trace, estimators.gradient.runs[0]?.measured.trace ?? NaN, name);
    }
    const options = { samples: 16, estimator: 'hessian', kinks: 'almost-everywhere' } as const;
    await expect(exported(model, options)).rejects.toMatchObject({
      code: 'FA304',
      message: expect.stringContaining('too many outputs to estimate Î₂ for first, second, third and fourth') as string,
    });
  });

  it('figures are exact with more draws than outputs', async () => {
    const { metadata } = await exported(model, { samples: 300 });
    expect(metadata).toMatchObject({ exact: 'true', estimated: '[]' });
  });
});
