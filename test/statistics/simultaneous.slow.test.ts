import { describe, expect, it } from 'vitest';
import { effectiveCount, powerError } from '../../src/statistics/sampling.js';
import { simultaneousWidth } from '../../src/statistics/simultaneous.js';
import { Random } from '../support/random.js';

/** A standard normal number (Box and Muller 1958). */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(random.next())) * Math.cos(2 * Math.PI * random.next());

describe('effectiveCount', () => {
  // As information is: over the gates of a GRU its deviation is more than three times its mean.
  it.each([1, 1.5])('makes intervals of log-normal sums (σ = %d) miss far less often', (sigma) => {
    const [size, taken, runs, familyError] = [1000, 60, 1000, 0.01];
    const random = new Random(`log-normal ${sigma}`);
    const all = Float64Array.from({ length: size }, () => Math.exp(sigma * normal(random)));
    const truth = all.reduce((sum, x) => sum + x, 0) / size;
    const rates = { effective: 0, plain: 0 };
    for (let run = 0; run < runs; run++) {
      const order = Array.from({ length: size }, (_, k) => k);
      for (let k = 0; k < taken; k++) {
        const other = k + random.integer(size - k);
        [order[k], order[other]] = [order[other]!, order[k]!];
      }
      const values = Float64Array.from(order.slice(0, taken), (k) => all[k]!);
      const mean = values.reduce((sum, x) => sum + x, 0) / taken;
      const error = powerError([{ values, power: 1 }], size).error;
      const width = (freedom: number): number => simultaneousWidth(1, freedom, familyError) * error;
      if (Math.abs(Math.log(mean / truth)) > width(effectiveCount(values) - 1)) rates.effective += 1 / runs;
      if (truth > mean * (1 + width(taken - 1))) rates.plain += 1 / runs;
    }
    // What is rare and large may not be in the subset at all: no interval is safe from that, but most of the harm is gone.
    expect(rates.plain).toBeGreaterThan(2 * familyError);
    expect(rates.effective).toBeLessThan(0.6 * rates.plain);
  });
});
