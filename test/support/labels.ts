import type { Family } from '../../src/likelihoods/families.js';

/** One possible label: a number for each block, how probable it is, and its residual r = t(y) − η ∈ R^O. */
export interface Outcome {
  readonly label: readonly number[];
  readonly probability: number;
  readonly residual: readonly number[];
}

/** A distribution of labels to test on: h in independent blocks of `size` outputs. */
export interface LabelCase {
  readonly family: Family;
  readonly title: string;
  readonly h: readonly number[];
  readonly shape: readonly number[];
  readonly size: number;
  readonly noise: number;
  /** Whether no outcome is so rare that thousands of draws might miss it. */
  readonly moderate: boolean;
}

type Block = (h: readonly number[], noise: number) => Outcome[];

/** Every label of one block. Nothing here is shared with the code under test. */
const outcomesOf: Record<Family, Block> = {
  categorical(h) {
    const p = h.map((_, y) => 1 / h.reduce((sum, other) => sum + Math.exp(other - h[y]!), 0));
    const rest = (y: number): number => p.reduce((sum, x, k) => sum + (k === y ? 0 : x), 0);
    return p.map((probability, y) => ({
      label: [y],
      probability,
      residual: p.map((x, k) => (k === y ? rest(y) : -x)),
    }));
  },
  bernoulli([h = 0]) {
    const [yes, no] = [1 / (1 + Math.exp(-h)), 1 / (1 + Math.exp(h))];
    return [
      { label: [1], probability: yes, residual: [no] },
      { label: [0], probability: no, residual: [-yes] },
    ];
  },
  /** Not the labels, but the Gauss–Hermite nodes: three of them have all moments of a normal up to the fifth. */
  gaussian([h = 0], noise) {
    const nodes = [
      [-Math.sqrt(3), 1 / 6],
      [0, 2 / 3],
      [Math.sqrt(3), 1 / 6],
    ] as const;
    return nodes.map(([z, probability]) => ({ label: [h + z * noise], probability, residual: [z / noise] }));
  },
  poisson([h = 0]) {
    const rate = Math.exp(h);
    return Array.from({ length: Math.ceil(rate + 20 * Math.sqrt(rate) + 40) }, (_, count) => ({
      label: [count],
      probability: poissonProbability(rate, count),
      residual: [count - rate],
    }));
  },
};

export function poissonProbability(rate: number, count: number): number {
  let logarithm = count * Math.log(rate) - rate;
  for (let k = 2; k <= count; k++) logarithm -= Math.log(k);
  return Math.exp(logarithm);
}

/** Every label of all blocks together. */
export function enumerate({ family, h, size, noise }: LabelCase): Outcome[] {
  let all: Outcome[] = [{ label: [], probability: 1, residual: [] }];
  for (let at = 0; at < h.length; at += size) {
    const own = outcomesOf[family](h.slice(at, at + size), noise);
    all = all.flatMap((left) =>
      own.map((right) => ({
        label: [...left.label, ...right.label],
        probability: left.probability * right.probability,
        residual: [...left.residual, ...right.residual],
      })),
    );
  }
  return all;
}

const make = (family: Family, h: number[], more: Partial<LabelCase> = {}): LabelCase => ({
  family,
  title: `${family} at [${h}]${more.shape ? ` in shape [${more.shape}]` : ''}${more.noise ? `, noise ${more.noise}` : ''}`,
  h,
  shape: [h.length],
  size: family === 'categorical' ? (more.shape?.at(-1) ?? h.length) : 1,
  noise: 1,
  moderate: true,
  ...more,
});

const rare = { moderate: false };

/** Undecided and confident labels, in one block and in several. */
export const labelCases: Record<Family, readonly LabelCase[]> = {
  categorical: [
    make('categorical', [0.2, -0.4, 0.1]),
    make('categorical', [0.3, -0.3]),
    make('categorical', [2.5, 0, -1, 1]),
    make('categorical', [12, 0, -3], rare),
    make('categorical', [800, 0, -800, 1], rare),
    make('categorical', [0.5, -1, 0.3, 1.2, 0.1, -0.7], { shape: [2, 3] }),
    make('categorical', [9, 0, 0.3, 0.2], { shape: [2, 1, 2], ...rare }),
  ],
  bernoulli: [
    make('bernoulli', [0.4]),
    make('bernoulli', [-15], rare),
    make('bernoulli', [40], rare),
    make('bernoulli', [0, -1.5, 2]),
    make('bernoulli', [0.1, 9, -30, 1], { shape: [2, 2], ...rare }),
  ],
  gaussian: [
    make('gaussian', [0.7]),
    make('gaussian', [-3], { noise: 0.2 }),
    make('gaussian', [1, -2, 100], { noise: 3 }),
  ],
  poisson: [
    make('poisson', [0.5]),
    make('poisson', [Math.log(14)]),
    make('poisson', [-9], rare),
    make('poisson', [1.2, -1]),
  ],
};
