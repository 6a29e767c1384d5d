const ROOT_PI = Math.sqrt(Math.PI);

/**
 * The error function to double precision: the all-positive series e^(-x²)·Σ 2ⁿx^(2n+1)/(2n+1)!! where it converges fast,
 * the continued fraction of erfc beyond (Abramowitz and Stegun 1964, 7.1.6 and 7.1.14).
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) sum += term *= (2 * x * x) / (2 * n + 1);
    return (2 / ROOT_PI) * Math.exp(-x * x) * sum;
  }
  let fraction = size;
  for (let n = 60; n > 0; n--) fraction = size + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-x * x) / (ROOT_PI * fraction));
}

export const normalDensity = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

export const normalDistribution = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2;

/** The x that a standard normal number exceeds with probability `tail`, 0 < tail ≤ ½; by bisection. */
export function upperQuantile(tail: number): number {
  let [low, high] = [0, 40];
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (upperTail(middle) > tail) low = middle;
    else high = middle;
  }
  return high;
}

/** 1 − Φ(x) for x ≥ 0, to relative precision also far out: the continued fraction of erfc (as above). */
function upperTail(x: number): number {
  const size = x / Math.SQRT2;
  if (size < 2.5) return (1 - erf(size)) / 2;
  let fraction = size;
  for (let n = 60; n > 0; n--) fraction = size + n / 2 / fraction;
  return Math.exp(-size * size) / (2 * ROOT_PI * fraction);
}
