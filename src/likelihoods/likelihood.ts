/** Extreme eigenvalues of one block of labels: of I(h) = Cov(t), and of Cov(vec(rrᵀ)) on symmetric matrices. */
export interface BlockSpectrum {
  readonly informationMin: number;
  readonly informationMax: number;
  readonly covarianceMin: number;
  readonly covarianceMax: number;
}

/**
 * The distribution p(y|x; θ) of the labels at one input, as an exponential family in its natural parameters h ∈ R^O.
 * Vectors over the outputs are flat, blocks one after another. A label is a list of numbers, one for each block.
 */
export interface Conditional {
  /**
   * Subtracts Σ p j from j in each categorical block, in place, so that j·r of a label is one element of j. Other
   * families change nothing.
   */
  centre(j: Float64Array): void;
  /** jᵀ I(h) j = Var(j·r) of a centred j. */
  variance(j: Float64Array): number;
  /** κ₄(j·r) of a centred j, summed over the independent blocks. */
  fourthCumulant(j: Float64Array): number;
  /** Draws one label, one number for each block, and writes it into `label`. */
  draw(label: Float64Array, random: DrawRandom): void;
  /** j·r of a centred j for the label that begins at `from` in a list of labels. */
  project(j: Float64Array, labels: Float64Array, from: number): number;
  /** The `count` most probable labels with their probabilities; none if labels have several blocks or no probabilities. */
  likeliest(count: number): { readonly labels: Float64Array; readonly probabilities: Float64Array };
  /** The data set's own label y, one number for each block, in the form that `project` and `residual` take. */
  observed(y: Float64Array): Float64Array;
  /** Writes the residual r, O numbers, of the label that begins at `from` in a list of labels. */
  residual(labels: Float64Array, from: number, into: Float64Array): void;
  spectra(): BlockSpectrum[];
}

/** Uniform numbers in (0, 1) for one draw: two for each block and attempt, all independent. */
export interface DrawRandom {
  uniforms(block: number, attempt: number): readonly [number, number];
}

/** Numbers that a data set may have for the label of one block. */
export interface LabelRange {
  /** In words, in the plural. */
  describe(blockSize: number): string;
  includes(y: number, blockSize: number): boolean;
  /** Whether a label may also be written as a row of its block's size, 1 at its place and 0 elsewhere. */
  readonly oneHot: boolean;
}

/** A family of label distributions. */
export interface Likelihood {
  /** Activations at the end of the network that belong to this family: h is their argument. */
  readonly heads: readonly string[];
  /** Whether an output that ends in any other activation can be h itself. */
  readonly acceptsAnyHead: boolean;
  /** Whether few different labels exist, so that it is faster to count equal draws than to list them. */
  readonly countable: boolean;
  readonly labels: LabelRange;
  /** Number of independent labels of one input with outputs of this shape. */
  blocks(shape: readonly number[]): number;
  /** The distribution at natural parameters h, O numbers in blocks of `blockSize`. */
  at(h: Float64Array, settings: LikelihoodSettings): Conditional;
}

export interface LikelihoodSettings {
  /** Outputs in one block. */
  readonly blockSize: number;
  /** Standard deviation of the gaussian. */
  readonly noise: number;
}
