import { upperQuantile } from './normal.js';

/** From here on the expansion is as accurate as the integral. */
const MANY = 100;

/** Steps of Simpson's rule. */
const STEPS = 400;

/**
 * The x that Student's t with `freedom` ≥ 1 degrees of freedom (not only integers; Infinity: the normal distribution)
 * exceeds with probability `tail`, 0 < tail < ½.
 */
export function studentQuantile(tail: number, freedom: number): number {
  const x = upperQuantile(tail);
  if (freedom >= MANY) return expansion(x, freedom);
  // With x = √ν·tan θ the density is proportional to cos^(ν−1) θ (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4).
  const all = 2 * beyond(0, freedom);
  let [low, high] = [0, Math.PI / 2];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (beyond(middle, freedom) > tail * all) low = middle;
    else high = middle;
  }
  return Math.sqrt(freedom) * Math.tan(low);
}

/** ∫ cos^(ν−1) from θ to π/2, by Simpson's rule in u² = π/2 − θ, which is smooth at the end for every ν ≥ 1. */
function beyond(theta: number, freedom: number): number {
  const range = Math.sqrt(Math.PI / 2 - theta);
  const step = range / STEPS;
  let sum = 0;
  for (let k = 0; k <= STEPS; k++) {
    const u = k * step;
    const weight = k === 0 || k === STEPS ? 1 : k % 2 === 0 ? 2 : 4;
    sum += weight * 2 * u * Math.sin(u * u) ** (freedom - 1);
  }
  return (sum * step) / 3;
}

/** The Cornish-Fisher expansion in 1/ν (Abramowitz and Stegun 1964, 26.7.5). */
function expansion(x: number, freedom: number): number {
  if (!Number.isFinite(freedom)) return x;
  const terms = [
    (x ** 3 + x) / 4,
    (5 * x ** 5 + 16 * x ** 3 + 3 * x) / 96,
    (3 * x ** 7 + 19 * x ** 5 + 17 * x ** 3 - 15 * x) / 384,
    (79 * x ** 9 + 776 * x ** 7 + 1482 * x ** 5 - 1920 * x ** 3 - 945 * x) / 92160,
  ];
  return terms.reduce((sum, term, k) => sum + term / freedom ** (k + 1), x);
}
