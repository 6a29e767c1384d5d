import { sizeOf } from '../kernels/kernels.js';
import type { BlockSpectrum, Conditional, DrawRandom } from './likelihood.js';

/** One label: its mean, and the variance and fourth cumulant of its residual r = ∂ℓ/∂h. */
export interface ScalarLabel {
  readonly mean: number;
  readonly variance: number;
  readonly fourthCumulant: number;
}

/** Independent outputs, each a block of its own. A label is stored as its residuals. */
export class IndependentConditional implements Conditional {
  readonly #labels: readonly ScalarLabel[];
  readonly #variances: Float64Array;
  readonly #fourth: Float64Array;
  readonly #drawResidual: (label: ScalarLabel, block: number, random: DrawRandom) => number;
  readonly #scoreScale: number;

  /** @param scoreScale the residual divided by the label's difference from its mean */
  constructor(
    labels: readonly ScalarLabel[],
    drawResidual: (label: ScalarLabel, block: number, random: DrawRandom) => number,
    scoreScale = 1,
  ) {
    this.#scoreScale = scoreScale;
    this.#labels = labels;
    this.#variances = Float64Array.from(labels, (label) => label.variance);
    this.#fourth = Float64Array.from(labels, (label) => label.fourthCumulant);
    this.#drawResidual = drawResidual;
  }

  centre(): void {
    // Residuals have mean 0 already.
  }

  variance(j: Float64Array): number {
    let sum = 0;
    for (let k = 0; k < j.length; k++) sum += this.#variances[k]! * j[k]! ** 2;
    return sum;
  }

  fourthCumulant(j: Float64Array): number {
    let sum = 0;
    for (let k = 0; k < j.length; k++) sum += this.#fourth[k]! * j[k]! ** 4;
    return sum;
  }

  /** The label holds the residuals r. */
  draw(label: Float64Array, random: DrawRandom): void {
    this.#labels.forEach((one, block) => {
      label[block] = this.#drawResidual(one, block, random);
    });
  }

  project(j: Float64Array, labels: Float64Array, from: number): number {
    let sum = 0;
    for (let k = 0; k < j.length; k++) sum += j[k]! * labels[from + k]!;
    return sum;
  }

  likeliest(): { labels: Float64Array; probabilities: Float64Array } {
    return { labels: new Float64Array(0), probabilities: new Float64Array(0) };
  }

  observed(y: Float64Array): Float64Array {
    return y.map((value, k) => this.#scoreScale * (value - this.#labels[k]!.mean));
  }

  residual(labels: Float64Array, from: number, into: Float64Array): void {
    into.set(labels.subarray(from, from + into.length));
  }

  /** Var(r²) = κ₄ + 2v² for each block; the caller combines pairs of blocks. */
  spectra(): BlockSpectrum[] {
    return this.#labels.map(({ variance: v, fourthCumulant }) => ({
      informationMin: v,
      informationMax: v,
      covarianceMin: fourthCumulant + 2 * v * v,
      covarianceMax: fourthCumulant + 2 * v * v,
    }));
  }
}

/** Every output is a label of its own. */
export const independentBlocks = { blocks: sizeOf };
