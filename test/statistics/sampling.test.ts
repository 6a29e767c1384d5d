import { describe, expect, it } from 'vitest';
import { powerError } from '../../src/statistics/sampling.js';
import { describeSample, sum } from '../support/numbers.js';
import { Random } from '../support/random.js';

const POPULATION = 400;

/** Two positive figures of each member of a population, which go together to some extent. */
function population(): { u: Float64Array; v: Float64Array } {
  const random = new Random('population');
  const u = Float64Array.from({ length: POPULATION }, () => random.between(0.2, 2));
  return { u, v: u.map((x) => x * x * random.between(0.5, 1.5)) };
}

const figures = [
  { title: 'a sum', powers: [1, 0] },
  { title: 'the root of a sum', powers: [0, 0.5] },
  { title: 'a ratio of roots', powers: [-0.5, 0.5] },
] as const;

describe('powerError', () => {
  const { u, v } = population();
  const all = Array.from({ length: POPULATION }, (_, k) => k);

  it.each(figures)('is the standard error of $title over many samples', ({ powers: [a, b] }) => {
    const random = new Random('samples');
    for (const n of [60, 300]) {
      const runs = Array.from({ length: 2000 }, () => {
        const chosen = random.shuffled(all).slice(0, n);
        const pick = (list: Float64Array): Float64Array => Float64Array.from(chosen, (k) => list[k]!);
        const terms = [
          { values: pick(u), power: a },
          { values: pick(v), power: b },
        ];
        const scaled = terms.map(({ values, power }) => ((sum(values) * POPULATION) / n) ** power);
        return {
          figure: scaled[0]! * scaled[1]!,
          error: powerError(terms, POPULATION).error,
        };
      });
      const truth = sum(u) ** a * sum(v) ** b;
      const { mean, meanError } = describeSample(runs.map(({ figure }) => (figure / truth - 1) ** 2));
      const predicted = describeSample(runs.map(({ error }) => error ** 2)).mean;
      // First-order propagation is off by a share of the order of the error itself.
      const room = 4.5 * meanError + predicted * 2 * Math.sqrt(predicted);
      expect(Math.abs(mean - predicted), `${n} of ${POPULATION}`).toBeLessThanOrEqual(room);
    }
  });

  it('is 0 if all were sampled', () => {
    expect(powerError([{ values: u, power: 1 }], POPULATION).error).toBe(0);
    expect(powerError([], POPULATION).error).toBe(0);
  });

  it('is infinite for one of many values, and 0 for equal values', () => {
    expect(powerError([{ values: Float64Array.of(3), power: 1 }], 10).error).toBe(Infinity);
    expect(powerError([{ values: Float64Array.of(3, 3, 3), power: 1 }], 10).error).toBe(0);
  });
});
