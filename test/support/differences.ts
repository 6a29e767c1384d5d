import { EPSILON_64, largest } from './numbers.js';

/** First and second derivative of a curve t ↦ z(t) at 0, as claimed by the code under test. */
export interface Claim {
  readonly first: ArrayLike<number>;
  readonly second: ArrayLike<number>;
}

/** Largest step of the slope test: kinks must be at least this far away, times the speed. */
export const LARGEST_STEP = 2 ** -5;
/** The second is for curves that bend so fast that higher orders count with the first. */
const STARTS = [LARGEST_STEP, LARGEST_STEP / 8] as const;
const HALVINGS = 3;

/** Rounding errors of evaluations that a difference may be off by, in units in the last place of the largest number. */
const ROUNDINGS = 64;

/**
 * What is wrong with a claim, null if nothing. Central differences are off by O(h²): halving the step must divide the
 * distance by about four (three is asked for) until only rounding is left, whose size is computed from that of the
 * numbers: ε·|z|/h for the first derivative and 4ε·|z|/h² for the second.
 */
export function refute(curve: (t: number) => ArrayLike<number>, claim: Claim): string | null {
  const [large, small] = STARTS;
  const reason = refuteFrom(large, curve, claim);
  return reason !== null && refuteFrom(small, curve, claim) === null ? null : reason;
}

function refuteFrom(start: number, curve: (t: number) => ArrayLike<number>, claim: Claim): string | null {
  const centre = curve(0);
  const size = Math.max(1, largest(centre), largest(claim.first), largest(claim.second));
  const orders = [
    { name: 'first', wanted: claim.first, rounding: (h: number) => (ROUNDINGS * EPSILON_64 * size) / h },
    { name: 'second', wanted: claim.second, rounding: (h: number) => (4 * ROUNDINGS * EPSILON_64 * size) / h ** 2 },
  ] as const;
  const steps = Array.from({ length: HALVINGS + 1 }, (_, k) => start / 2 ** k);
  const differences = steps.map((h) => centralDifferences(curve(-h), centre, curve(h), h));
  for (const { name, wanted, rounding } of orders) {
    const errors = differences.map((found) => largest(Float64Array.from(found[name], (x, i) => x - Number(wanted[i]))));
    for (let k = 1; k < steps.length; k++) {
      const [before, after] = [errors[k - 1]!, errors[k]!];
      if (after <= before / 3 + rounding(steps[k]!)) continue;
      return `${name} derivative: off by ${before} with step ${steps[k - 1]}, by ${after} with half of it`;
    }
  }
  return null;
}

function centralDifferences(
  below: ArrayLike<number>,
  centre: ArrayLike<number>,
  above: ArrayLike<number>,
  h: number,
): Claim {
  const at = (list: ArrayLike<number>, k: number): number => list[k]!;
  return {
    first: Float64Array.from(centre, (_, k) => (at(above, k) - at(below, k)) / (2 * h)),
    second: Float64Array.from(centre, (x, k) => (at(above, k) - 2 * x + at(below, k)) / h ** 2),
  };
}
