import type { Values } from '../../kernels/kernels.js';
import type { Spread } from '../../statistics/sampling.js';
import type { SquaredScores } from '../derivatives/batch.js';
import type { ScoredLabels } from '../derivatives/scored-labels.js';
import type { PlannedWeight, UnitRange } from '../plan/types.js';

/** Standard errors that label draws cause in two sums over a layer's parameters. */
export interface DrawnLabelErrors {
  /** Of Σᵢ mean I. */
  readonly information: Spread;
  /** Of Σᵢ mean V₁. */
  readonly variance: Spread;
}

/**
 * Standard errors that label draws cause in the sums of one layer. All parameters of the layer share the drawn labels, so
 * that their errors have the same sign more often than not: the errors follow from sums over the layer for each label, and
 * from how these differ between the labels of an input.
 */
export class DrawnLabelError {
  readonly #draws: number;
  /** For each input of the batch the sums over the layer of the squares and fourth powers of each label's scores. */
  #batch: { readonly labels: ScoredLabels; readonly squares: Float64Array; readonly fourths: Float64Array }[] = [];
  readonly #information = new SpreadOfMean();
  readonly #variance = new SpreadOfMean();

  /** `draws`: label draws for each input, two at least. */
  constructor(draws: number) {
    this.#draws = draws;
  }

  /** Adds scores of a weight; `factors` are those of its route, a [inputs, n]. */
  add(
    { route, parameters, audited }: PlannedWeight,
    range: UnitRange,
    scores: SquaredScores,
    factors: Values | null,
  ): void {
    const { labels, values, from, count } = scores;
    if (this.#batch.length === 0) this.#startBatch(labels);
    const [inputs, { units, firstUnit }] = [labels.length, range];
    const scale = parameters / audited;
    const weights = Float64Array.from(factors ?? [], (a) => a * a);
    const width = weights.length / inputs;
    this.#batch.forEach(({ squares, fourths }, b) => {
      const own = weights.subarray(b * width, (b + 1) * width);
      const sums = route.kind === 'outer' ? outerSums(own) : elementwiseSums(own, firstUnit);
      for (let k = 0; k < count; k++) {
        const [square, fourth] = sums(values.subarray((k * inputs + b) * units, (k * inputs + b + 1) * units));
        squares[from + k]! += scale * square;
        fourths[from + k]! += scale * fourth;
      }
    });
  }

  #startBatch(labels: readonly ScoredLabels[]): void {
    // Inputs with fewer labels than others get zeros for the rest, which no draw counts.
    const most = Math.max(...labels.map(({ count }) => count));
    this.#batch = labels.map((own) => ({
      labels: own,
      squares: new Float64Array(most),
      fourths: new Float64Array(most),
    }));
  }

  /** To be called when all weights of the layer have been added for the inputs of a batch. */
  finishBatch(): void {
    for (const { labels, squares, fourths } of this.#batch) {
      this.#information.add(labels, squares, this.#draws);
      // The variance is E[s⁴] − I². The error of the second term is left out: it lowers that of the first.
      this.#variance.add(labels, fourths, this.#draws);
    }
    this.#batch = [];
  }

  /** The standard errors of the means over the inputs. */
  finish(): DrawnLabelErrors {
    return { information: this.#information.finish(), variance: this.#variance.finish() };
  }
}

type PowerSums = readonly [squares: number, fourths: number];

/** Σ a²·s² and Σ a⁴·s⁴ over all pairs of a factor and a unit. */
function outerSums(weights: Float64Array): (values: Float64Array) => PowerSums {
  const [square, fourth] = powerSums(weights, null, 0);
  return (values) => {
    const [own, ownFourth] = powerSums(values, null, 0);
    return [square * own, fourth * ownFourth];
  };
}

/** The same over units that have a factor each, or none. */
const elementwiseSums =
  (weights: Float64Array, firstUnit: number) =>
  (values: Float64Array): PowerSums =>
    powerSums(values, weights.length > 0 ? weights : null, firstUnit);

/** Σ x and Σ x², where each x is multiplied by its weight. */
function powerSums(values: Float64Array, weights: Float64Array | null, first: number): PowerSums {
  let [sum, squares] = [0, 0];
  for (let k = 0; k < values.length; k++) {
    const x = values[k]! * (weights === null ? 1 : weights[first + k]!);
    sum += x;
    squares += x * x;
  }
  return [sum, squares];
}

/** Standard error of a mean over inputs of means over label draws, from the draws of each input. */
class SpreadOfMean {
  #inputs = 0;
  #variance = 0;
  #squaredByFreedom = 0;

  /** One input, with a value for each scored label. Its drawn labels represent all labels but the likeliest ones. */
  add({ rest, likely, unlikely }: ScoredLabels, values: Float64Array, draws: number): void {
    let [sum, squares, known] = [0, 0, 0];
    rest.forEach((times, k) => {
      sum += times * values[k]!;
      squares += times * values[k]! ** 2;
      if (k < likely) known += values[k]!;
    });
    const drawn = Math.max(squares - sum ** 2 / draws, 0) / (draws - 1) / draws;
    // Labels too rare to be drawn would add this if they resembled the likely ones.
    const rare = likely === 0 ? 0 : ((known / likely) ** 2 * unlikely) / draws;
    this.#inputs++;
    this.#variance += drawn + rare;
    this.#squaredByFreedom += (drawn + rare) ** 2 / (draws - 1);
  }

  /** Degrees of freedom after Welch (1947) and Satterthwaite (1946). */
  finish(): Spread {
    const freedom = this.#variance === 0 ? Infinity : this.#variance ** 2 / this.#squaredByFreedom;
    return { error: Math.sqrt(this.#variance) / this.#inputs, tail: 0, freedom };
  }
}
