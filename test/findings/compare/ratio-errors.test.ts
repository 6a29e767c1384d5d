import { describe, expect, it } from 'vitest';
import { ratioErrors } from '../../../src/findings/compare/ratio-errors.js';
import type { SubsetValues } from '../../../src/figures/subset-values.js';
import { describeSample, sum } from '../../support/numbers.js';
import { Random } from '../../support/random.js';

const SIZE = 500;
const TAKEN = 80;

/** Information and variances of all parameters of a layer; those of a changed network go with the first one's. */
function population(): { base: Figures; head: Figures } {
  const random = new Random('paired');
  const base = Float64Array.from({ length: SIZE }, () => random.between(0.2, 2));
  const head = base.map((x) => x * random.between(1, 2));
  return { base: figures(base, random), head: figures(head, random) };
}

interface Figures {
  readonly information: Float64Array;
  readonly variance: Float64Array;
}

const figures = (information: Float64Array, random: Random): Figures => ({
  information,
  variance: information.map((x) => 2 * x * x * random.between(0.8, 1.2)),
});

function sampled({ information, variance }: Figures, indices: readonly number[]): SubsetValues {
  const pick = (list: Float64Array): Float64Array => Float64Array.from(indices, (k) => list[k]!);
  const scale = SIZE / indices.length;
  const [own, variances] = [pick(information), pick(variance)];
  return {
    weights: [
      {
        name: 'kernel',
        parameters: SIZE,
        indices,
        information: own,
        variances: { gradient: variances, hessian: null },
      },
    ],
    information: scale * sum(own),
    squares: scale * sum(own.map((x) => x * x)),
    variances: { gradient: scale * sum(variances), hessian: 0 },
  };
}

const errorOf = ({ squares, variances }: SubsetValues): number => Math.sqrt(variances.gradient / squares);

describe('ratioErrors', () => {
  const { base, head } = population();
  const all = Array.from({ length: SIZE }, (_, k) => k);

  it('is the standard error of ratios over many subsets', () => {
    const random = new Random('subsets');
    const runs = Array.from({ length: 2000 }, () => {
      const indices = random.shuffled(all).slice(0, TAKEN);
      const [before, after] = [sampled(base, indices), sampled(head, indices)];
      const sampling = ratioErrors([before, 'gradient'], [after, 'gradient']);
      return {
        information: Math.log(after.information / before.information),
        error: Math.log(errorOf(after) / errorOf(before)),
        predicted: {
          information: sampling?.information.relativeError ?? NaN,
          error: sampling?.error.relativeError ?? NaN,
        },
      };
    });
    const [before, after] = [sampled(base, all), sampled(head, all)];
    const truth = {
      information: Math.log(after.information / before.information),
      error: Math.log(errorOf(after) / errorOf(before)),
    };
    for (const figure of ['information', 'error'] as const) {
      const { mean, meanError } = describeSample(runs.map((run) => (run[figure] - truth[figure]) ** 2));
      const predicted = describeSample(runs.map((run) => run.predicted[figure] ** 2)).mean;
      // First-order propagation is off by a share of the order of the error itself.
      const room = 4.5 * meanError + predicted * 2 * Math.sqrt(predicted);
      expect(Math.abs(mean - predicted), figure).toBeLessThanOrEqual(room);
    }
  });

  it('is unknown where a subset has no information: the others may have some', () => {
    const some = sampled(base, all.slice(0, TAKEN));
    const none = sampled(figures(new Float64Array(SIZE), new Random('none')), all.slice(0, TAKEN));
    const both: SubsetValues = { ...some, weights: [...some.weights, ...none.weights] };
    const unknown = { relativeError: null, tail: null, freedom: 0 };
    expect(ratioErrors([both, 'gradient'], [both, 'gradient'])).toEqual({ information: unknown, error: unknown });
  });

  it('is nothing for the same network, and unknown for other subsets', () => {
    const [first, second] = [all.slice(0, TAKEN), all.slice(1, TAKEN + 1)];
    const same = ratioErrors([sampled(base, first), 'gradient'], [sampled(base, first), 'gradient']);
    expect(same).toMatchObject({ information: { relativeError: 0 }, error: { relativeError: 0 } });
    expect(ratioErrors([sampled(base, first), 'gradient'], [sampled(head, second), 'gradient'])).toBeNull();
  });
});
