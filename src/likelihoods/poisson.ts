import { normal } from './gaussian.js';
import { IndependentConditional, independentBlocks } from './independent.js';
import type { DrawRandom, Likelihood } from './likelihood.js';

/** Below this rate, draws by inversion are fastest; above, draws by rejection. */
const REJECTION_RATE = 10;

/** Above this rate the skewness is below 1e-4, and the terms of the rejection's logarithm would cancel. */
const NORMAL_RATE = 1e9;

/** By inversion of the distribution function, term by term. */
function byInversion(rate: number, u: number): number {
  let term = Math.exp(-rate);
  let left = u - term;
  let count = 0;
  while (left > 0 && term > 0) left -= term *= rate / ++count;
  return count;
}

/** ln k! : exact sums for small k, Stirling's series beyond (error below 1e-12 from k = 10 on). */
function logFactorial(k: number): number {
  if (k < 10) return Math.log([1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880][k]!);
  const n = k + 1;
  return (
    (n - 0.5) * Math.log(n) - n + Math.log(2 * Math.PI) / 2 + 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5)
  );
}

/** Transformed rejection, Hörmann (1993), "The transformed rejection method for generating Poisson random variables", algorithm PTRS. */
function byRejection(rate: number, block: number, random: DrawRandom): number {
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  for (let attempt = 0; ; attempt++) {
    const [u1, v] = random.uniforms(block, attempt);
    const u = u1 - 0.5;
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + rate + 0.43);
    if (us >= 0.07 && v <= 0.9277 - 3.6224 / (b - 2)) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const accepted = Math.log((v * inverseAlpha) / (a / (us * us) + b));
    if (accepted <= k * Math.log(rate) - rate - logFactorial(k)) return k;
  }
}

function drawCount(rate: number, block: number, random: DrawRandom): number {
  if (rate < REJECTION_RATE) return byInversion(rate, random.uniforms(block, 0)[0]);
  if (rate < NORMAL_RATE) return byRejection(rate, block, random);
  return Math.round(rate + Math.sqrt(rate) * normal(random.uniforms(block, 0)));
}

export const poisson: Likelihood = {
  ...independentBlocks,
  heads: ['exponential'],
  acceptsAnyHead: false,
  countable: true,
  labels: { describe: () => 'the counts 0, 1, 2, …', includes: (y) => Number.isInteger(y) && y >= 0, oneHot: false },
  at: (h) =>
    new IndependentConditional(
      Array.from(h, (x) => ({ mean: Math.exp(x), variance: Math.exp(x), fourthCumulant: Math.exp(x) })),
      ({ mean: rate }, block, random) => drawCount(rate, block, random) - rate,
    ),
};
