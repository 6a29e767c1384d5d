import { describe, expect, it } from 'vitest';
import { audit } from '../../src/index.js';
import { fixtureJson, fixturesWith, oracleFamily, oracleFolder } from '../support/models/oracles.js';
import { expectMultipliesBack, exportFolder, valuesOf } from '../support/reports/exported.js';

const { exported } = exportFolder();

describe('oracle cases, parameter by parameter', () => {
  interface Truth {
    readonly shape: number[];
    readonly fisher: number[];
    readonly variance1: number[];
    readonly variance2: number[];
  }
  /** Values are written to ten digits. */
  const tolerance = 1e-9;

  it.each(fixturesWith('expected.json').map((name) => name.replace('oracle/', '')))('%s', async (name) => {
    const { weights } = fixtureJson(`oracle/${name}`, 'expected.json') as { weights: Record<string, Truth> };
    const options = { likelihood: oracleFamily(name), kinks: 'almost-everywhere', precision: 'float64' } as const;
    const file = await exported(oracleFolder(name), options);
    for (const [weight, { shape, fisher, variance1, variance2 }] of Object.entries(weights)) {
      expect(file.tensors.get(weight)?.shape, weight).toEqual(shape);
      // What is zero in the mathematics is rounding error in the oracle.
      const rounding = 1e-12 * Math.max(...variance1);
      for (const [ending, truth] of [
        ['', fisher],
        ['.gradient_variance', variance1],
        ['.hessian_variance', variance2],
      ] as const) {
        const values = valuesOf(file, weight + ending)!;
        expect(values).toHaveLength(truth.length);
        const off = truth.findIndex(
          (wanted, k) => !(Math.abs(values[k]! - wanted) <= tolerance * Math.abs(wanted) + rounding),
        );
        expect(off, `${weight}${ending}: ${values[off]}, not ${truth[off]}`).toBe(-1);
      }
    }
    const report = await audit({ model: oracleFolder(name), ...options, parameters: 'all' });
    expectMultipliesBack(file, report);
  });

  it.each(fixturesWith('expected.json').map((name) => name.replace('oracle/', '')))('%s in float32', async (name) => {
    const options = { likelihood: oracleFamily(name), kinks: 'almost-everywhere' } as const;
    const report = await audit({ model: oracleFolder(name), ...options, parameters: 'all' });
    expectMultipliesBack(await exported(oracleFolder(name), options, 'npz'), report);
  });
});
