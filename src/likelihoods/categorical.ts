import { sizeOf } from '../kernels/kernels.js';
import { largestEigenvalue } from '../statistics/eigenvalues.js';
import type { BlockSpectrum, Conditional, DrawRandom, Likelihood } from './likelihood.js';

/** Up to this many classes, eigenvalues are computed; with more, the paper's bounds on them are used. */
const MAX_EXACT_CLASSES = 32;
/** The same for the number of blocks: a label map has one for each position. */
const MAX_EXACT_BLOCKS = 16;

/** Not Math.max(...values): a vocabulary may have more classes than a function can have arguments. */
function largestOf(values: Float64Array): number {
  let largest = -Infinity;
  for (const x of values) largest = Math.max(largest, x);
  return largest;
}

function softmaxBlocks(h: Float64Array, size: number): Float64Array {
  const p = Float64Array.from(h);
  for (let at = 0; at < p.length; at += size) {
    const block = p.subarray(at, at + size);
    const largest = largestOf(block);
    let total = 0;
    for (let k = 0; k < size; k++) total += block[k] = Math.exp(block[k]! - largest);
    for (let k = 0; k < size; k++) block[k]! /= total;
  }
  return p;
}

class CategoricalConditional implements Conditional {
  readonly #p: Float64Array;
  readonly #size: number;

  constructor(h: Float64Array, size: number) {
    this.#p = softmaxBlocks(h, size);
    this.#size = size;
  }

  centre(j: Float64Array): void {
    const p = this.#p;
    for (let at = 0; at < p.length; at += this.#size) {
      let mean = 0;
      for (let k = at; k < at + this.#size; k++) mean += p[k]! * j[k]!;
      for (let k = at; k < at + this.#size; k++) j[k]! -= mean;
    }
  }

  variance(j: Float64Array): number {
    let sum = 0;
    for (let k = 0; k < j.length; k++) sum += this.#p[k]! * j[k]! ** 2;
    return sum;
  }

  /** κ₄ = Σ p c⁴ − 3(Σ p c²)² for each block. */
  fourthCumulant(j: Float64Array): number {
    let cumulant = 0;
    for (let at = 0; at < j.length; at += this.#size) {
      let second = 0;
      let fourth = 0;
      for (let k = at; k < at + this.#size; k++) {
        const square = j[k]! ** 2;
        second += this.#p[k]! * square;
        fourth += this.#p[k]! * square * square;
      }
      cumulant += fourth - 3 * second * second;
    }
    return cumulant;
  }

  /** By inversion of the distribution function. */
  draw(label: Float64Array, random: DrawRandom): void {
    for (let block = 0; block < label.length; block++) {
      const [u] = random.uniforms(block, 0);
      const at = block * this.#size;
      let remaining = u;
      let y = 0;
      while (y < this.#size - 1 && (remaining -= this.#p[at + y]!) > 0) y++;
      label[block] = y;
    }
  }

  project(j: Float64Array, labels: Float64Array, from: number): number {
    let sum = 0;
    for (let at = 0, k = from; at < j.length; at += this.#size, k++) sum += j[at + labels[k]!]!;
    return sum;
  }

  likeliest(count: number): { labels: Float64Array; probabilities: Float64Array } {
    const p = this.#p;
    const single = p.length === this.#size;
    const order = single ? Array.from(p.keys()).sort((y, z) => p[z]! - p[y]!) : [];
    const labels = Float64Array.from(order.slice(0, count));
    return { labels, probabilities: labels.map((label) => p[label]!) };
  }

  observed(y: Float64Array): Float64Array {
    return y;
  }

  residual(labels: Float64Array, from: number, into: Float64Array): void {
    for (let at = 0, k = from; at < into.length; at += this.#size, k++) {
      const p = this.#p.subarray(at, at + this.#size);
      const label = labels[k]!;
      // 1 − p of the label, without cancellation.
      const rest = p.reduce((sum, x, y) => (y === label ? sum : sum + x), 0);
      for (let y = 0; y < this.#size; y++) into[at + y] = y === label ? rest : -p[y]!;
    }
  }

  spectra(): BlockSpectrum[] {
    const blocks = [];
    const exact = this.#size <= MAX_EXACT_CLASSES && this.#p.length <= MAX_EXACT_BLOCKS * this.#size;
    for (let at = 0; at < this.#p.length; at += this.#size) {
      blocks.push(spectrum(this.#p.subarray(at, at + this.#size), exact));
    }
    return blocks;
  }
}

/**
 * The smallest eigenvalues are 0, since I(h) maps (1, …, 1) to 0 and r is orthogonal to it.
 * The largest are those of diag(p) − ppᵀ and of G_yz = √(p_y p_z)·((r_y·r_z)² − r_yᵀIr_y − r_zᵀIr_z + ‖I‖²), or, with
 * many classes, Soen and Sun's (2024) bounds m = min(max p, 1 − ‖p‖²) and 2m.
 */
function spectrum(p: Float64Array, exact: boolean): BlockSpectrum {
  const n = p.length;
  const lower = { informationMin: 0, covarianceMin: 0 };
  const rest = complements(p);
  if (!exact) {
    const trace = p.reduce((sum, x, k) => sum + x * rest[k]!, 0);
    const m = Math.min(largestOf(p), trace);
    return { ...lower, informationMax: m, covarianceMax: 2 * m };
  }
  const information = new Float64Array(n * n);
  for (let y = 0; y < n; y++) {
    for (let z = 0; z < n; z++) {
      information[y * n + z] = p[y]! * (y === z ? rest[y]! : -p[z]!);
    }
  }
  return {
    ...lower,
    informationMax: Math.max(largestEigenvalue(information, n), 0),
    covarianceMax: Math.max(largestEigenvalue(gram(p, rest, information), n), 0),
  };
}

/** 1 − p without cancellation: for the likeliest class this is the sum of the others. */
function complements(p: Float64Array): Float64Array {
  const top = p.indexOf(largestOf(p));
  const others = p.reduce((sum, x, k) => (k === top ? sum : sum + x), 0);
  return p.map((x, k) => (k === top ? others : 1 - x));
}

function gram(p: Float64Array, rest: Float64Array, information: Float64Array): Float64Array {
  const n = p.length;
  const at = (vector: Float64Array, k: number): number => vector[k]!;
  const residual = (y: number): Float64Array => p.map((x, k) => (k === y ? at(rest, k) : -x));
  const residuals = Array.from(p, (_, y) => residual(y));
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, k) => sum + x * at(b, k), 0);
  const through = residuals.map((r) => r.map((_, k) => dot(information.subarray(k * n, (k + 1) * n), r)));
  const quadratic = residuals.map((r, y) => dot(r, through[y] as Float64Array));
  const squares = dot(information, information);
  const matrix = new Float64Array(n * n);
  for (let y = 0; y < n; y++) {
    for (let z = 0; z <= y; z++) {
      const product = dot(residuals[y]!, residuals[z]!);
      const centred = product ** 2 - quadratic[y]! - quadratic[z]! + squares;
      matrix[y * n + z] = matrix[z * n + y] = Math.sqrt(at(p, y) * at(p, z)) * centred;
    }
  }
  return matrix;
}

export const categorical: Likelihood = {
  heads: ['softmax', 'log_softmax'],
  acceptsAnyHead: false,
  countable: true,
  labels: {
    describe: (blockSize) => `the classes 0 to ${blockSize - 1}`,
    includes: (y, blockSize) => Number.isInteger(y) && y >= 0 && y < blockSize,
    oneHot: true,
  },
  blocks: (shape) => sizeOf(shape.slice(0, -1)),
  at: (h, { blockSize }) => new CategoricalConditional(h, blockSize),
};
