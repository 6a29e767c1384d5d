import { describe, expect, it } from 'vitest';
import { type Draws, countsDraws, drawLabels } from '../../src/estimators/draws.js';
import { keyOf } from '../../src/statistics/philox.js';
import { centred, conditionalOf, families, lookUp, units, vectors } from '../support/conditionals.js';
import { type LabelCase, labelCases, poissonProbability } from '../support/labels.js';
import { describeSample, sum } from '../support/numbers.js';

const DRAWS = 20_000;
/** Five standard errors: no honest figure among the few hundred here is likely to lie beyond. */
const ERRORS = 5;

const blocksOf = (one: LabelCase): number => lookUp(one.family).blocks(one.shape);

function draw(one: LabelCase, samples: readonly number[], seed = 1, input = 7): Draws {
  const blocks = blocksOf(one);
  const counted = countsDraws(lookUp(one.family), blocks);
  const options = { samples, blocks, counted, key: keyOf(seed), input };
  return drawLabels(conditionalOf(one), options);
}

/** The draws' values of j·r, one by one. */
function projections(one: LabelCase, j: Float64Array): number[] {
  const { labels, counts } = draw(one, [DRAWS]);
  const conditional = conditionalOf(one);
  const own = centred(conditional, j);
  return Array.from(counts[0] ?? []).flatMap((count, k) =>
    new Array<number>(count).fill(conditional.project(own, labels, k * blocksOf(one))),
  );
}

describe.each(families)('%s', (family) => {
  const cases = labelCases[family].map((one) => [one.title, one] as const);

  it.each(cases)('%s: draws have mean 0 and the exact variance and fourth cumulant', (_, one) => {
    const conditional = conditionalOf(one);
    for (const j of [...vectors(one, 2), ...units(one)]) {
      const own = centred(conditional, j);
      const values = projections(one, j);
      const second = conditional.variance(own);
      const fourth = conditional.fourthCumulant(own) + 3 * second ** 2;
      const error = (variance: number): number => ERRORS * Math.sqrt(Math.max(variance, 0) / DRAWS) + 1e-15;
      expect(Math.abs(sum(values) / DRAWS), 'mean').toBeLessThanOrEqual(error(second));
      const squares = sum(values.map((x) => x ** 2)) / DRAWS;
      expect(Math.abs(squares - second), 'variance').toBeLessThanOrEqual(error(fourth - second ** 2));
      if (!one.moderate) continue;
      const fourths = describeSample(values.map((x) => x ** 4));
      expect(Math.abs(fourths.mean - fourth), 'κ₄').toBeLessThanOrEqual(ERRORS * fourths.meanError);
    }
  });

  it.each(cases)('%s: fewer draws are the first of many draws', (_, one) => {
    const [few, many, list] = [draw(one, [8]), draw(one, [512]), draw(one, [8, 64, 512])];
    expect(list.labels).toEqual(many.labels);
    expect(list.counts[2]).toEqual(many.counts[0]);
    expect(many.labels.slice(0, few.labels.length)).toEqual(few.labels);
    const [first] = list.counts as readonly [Float64Array];
    const [alone] = few.counts as readonly [Float64Array];
    expect(first.subarray(0, alone.length)).toEqual(alone);
    expect(sum(first.subarray(alone.length))).toBe(0);
    expect(list.counts.map(sum)).toEqual([8, 64, 512]);
  });

  it('draws differ by seed and by input', () => {
    const [one] = labelCases[family] as [LabelCase];
    const sequence = (seed: number, input: number): string =>
      Array.from({ length: 64 }, (_, k) => JSON.stringify(draw(one, [k + 1], seed, input).counts)).join();
    const values = (seed: number, input: number): string =>
      sequence(seed, input) + String(draw(one, [64], seed, input).labels);
    expect(new Set([values(1, 0), values(2, 0), values(1, 1), values(2 ** 32 + 1, 0)]).size).toBe(4);
  });
});

describe('poisson draws', () => {
  const residuals = (rate: number): number[] =>
    projections({ ...labelCases.poisson[0]!, h: [Math.log(rate)] }, Float64Array.of(1));

  it.each([0.1, 3, 9.9, 10.1, 500, 9e8, 1.1e9, 1e14])('at rate %d have mean and variance of that rate', (rate) => {
    const { mean, variance } = describeSample(residuals(rate));
    expect(Math.abs(mean)).toBeLessThanOrEqual(ERRORS * Math.sqrt(rate / DRAWS));
    expect(Math.abs(variance - rate)).toBeLessThanOrEqual(ERRORS * Math.sqrt((rate + 2 * rate ** 2) / DRAWS));
  });

  it.each([0.1, 3, 9.9, 10.1, 500])('at rate %d have the expected frequencies', (rate) => {
    const counts = residuals(rate).map((r) => Math.round(r + rate));
    const frequencies = new Map<number, number>();
    for (const count of counts) frequencies.set(count, (frequencies.get(count) ?? 0) + 1);
    for (let count = 0; count < rate + 10 * Math.sqrt(rate) + 10; count++) {
      const p = poissonProbability(rate, count);
      if (DRAWS * p < 20) continue;
      const excess = (frequencies.get(count) ?? 0) - DRAWS * p;
      expect(Math.abs(excess), `${count}`).toBeLessThanOrEqual(ERRORS * Math.sqrt(DRAWS * p * (1 - p)));
    }
  });
});
