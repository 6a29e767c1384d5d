import { describe, expect, it } from 'vitest';
import {
  type FunctionName,
  type ScalarFunction,
  functions,
} from '../../src/program/primitives/arithmetic/functions.js';
import { LARGEST_STEP, refute } from '../support/differences.js';
import { Random } from '../support/random.js';

const names = Object.keys(functions) as FunctionName[];

const lookUp = (name: FunctionName): ScalarFunction => functions[name];

/** Beyond this e^x is no number any more. */
const FAR = 700;

const unbounded: readonly FunctionName[] = ['exponential'];

class Case {
  readonly entry: ScalarFunction;
  readonly parameter: number;
  readonly kinks: readonly number[];

  constructor(name: FunctionName) {
    this.entry = lookUp(name);
    this.parameter = this.entry.example ?? 0;
    this.kinks = this.entry.kinks?.(this.parameter) ?? [];
  }

  at(which: 'value' | 'first' | 'second', x: number): number {
    return this.entry[which](x, this.parameter);
  }

  /** Functions of positive numbers are checked on their range only. */
  get range(): readonly [number, number] {
    const { range = [-10, 10] } = this.entry;
    return range[0] > 0 ? range : [Math.min(range[0], -10), Math.max(range[1], 10)];
  }

  get onlyPositive(): boolean {
    return this.range[0] > 0;
  }

  /** A number in the range with no kink near. */
  point(random: Random): number {
    const [low, high] = this.range;
    const x = random.between(low + LARGEST_STEP, high - LARGEST_STEP);
    return this.kinks.some((kink) => Math.abs(x - kink) <= LARGEST_STEP) ? this.point(random) : x;
  }
}

describe.each(names)('%s', (name) => {
  const own = new Case(name);

  it('has the derivatives that central differences give', () => {
    const random = new Random(name);
    for (let k = 0; k < 200; k++) {
      const x = own.point(random);
      const claim = { first: [own.at('first', x)], second: [own.at('second', x)] };
      expect(
        refute((t) => [own.at('value', x + t)], claim),
        `at ${x}`,
      ).toBeNull();
    }
  });

  it('is finite far from zero', () => {
    const sizes = [0, 1e-300, 1e-9, 1, 5, 15, 18, 20, 37, 40, 100, 350, 500, FAR];
    for (const size of sizes.filter((x) => x > 0 || !own.onlyPositive)) {
      for (const x of own.onlyPositive ? [Math.max(size, 1e-9)] : [size, -size]) {
        const results = (['value', 'first', 'second'] as const).map((which) => own.at(which, x));
        if (!unbounded.includes(name)) expect(results.map(Number.isFinite), `at ${x}: ${results}`).not.toContain(false);
        else expect(results.map(Number.isNaN)).not.toContain(true);
      }
    }
  });

  it('has kinks only where it declares them', () => {
    const [low, high] = own.range;
    const step = 2 ** -6;
    for (let a = low; a < high; a += step) {
      const b = a + step;
      if (own.kinks.some((kink) => kink > a - step && kink < b + step)) continue;
      expect(Math.abs(gap(own, 'value', 'first', a, b)), `value near ${a}`).toBeLessThanOrEqual(jumpOf(own, a, b));
      expect(Math.abs(gap(own, 'first', 'second', a, b)), `slope near ${a}`).toBeLessThanOrEqual(jumpOf(own, a, b));
    }
    for (const kink of own.kinks) {
      const before = kink - 1e-9;
      const after = kink + 1e-9;
      const jumps = (['value', 'first', 'second'] as const).map((which) =>
        Math.abs(own.at(which, after) - own.at(which, before)),
      );
      expect(Math.max(...jumps), `at ${kink}`).toBeGreaterThan(1e-3);
    }
  });

  it('is as smooth as it declares', () => {
    const random = new Random(name);
    const seconds = Array.from({ length: 200 }, () => own.at('second', own.point(random)));
    expect(seconds.some((x) => x !== 0)).toBe(own.entry.curved);
    expect(own.kinks.length > 0).toBe(own.entry.kinked);
  });
});

/** What f(b) − f(a) has that Simpson's rule for f′ does not explain: of the order of the step⁵ unless f or f′ jumps. */
function gap(own: Case, of: 'value' | 'first', derivative: 'first' | 'second', a: number, b: number): number {
  const [left, middle, right] = [a, (a + b) / 2, b].map((x) => own.at(derivative, x)) as [number, number, number];
  return own.at(of, b) - own.at(of, a) - ((b - a) * (left + 4 * middle + right)) / 6;
}

/** step⁴ times the size of the numbers: far above Simpson's error, far below step times a jump of the derivative. */
function jumpOf(own: Case, a: number, b: number): number {
  const sizes = (['value', 'first', 'second'] as const).flatMap((which) => [own.at(which, a), own.at(which, b)]);
  return 4 * (b - a) ** 4 * Math.max(1, ...sizes.map(Math.abs));
}
