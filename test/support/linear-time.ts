import { describe, expect, it } from 'vitest';
import { AuditError } from '../../src/errors.js';

/** Twice the input may take this many times the processor time; 4 would be quadratic. */
const MOST_GROWTH = 2.5;
/** Milliseconds below which times are noise. */
const LEAST = 30;
const NOISE = 15;

/** Beyond it, the garbage collector of V8 needs several times longer for each value of a JSON text. */
export const MOST_VALUES = 100_000;

/** A parser, and inputs on which it must not take time that grows with the square of their size. */
export interface Parser {
  /** The first size that is tried, and the largest one; limits of the parser may keep it small. */
  readonly sizes: readonly [number, number];
  /** Makes an input of this size. */
  readonly make: (size: number) => string | Promise<string>;
  /** Reads the input, which is a path or a text. */
  readonly parse: (input: string) => unknown;
}

export const times = (size: number, part: (k: number) => string): string =>
  Array.from({ length: size }, (_, k) => part(k)).join('');
export const digits = (size: number): string => '1'.repeat(size);

/** Milliseconds of processor time that parsing takes; a refusal takes time too. */
async function cost(parse: Parser['parse'], input: string): Promise<number> {
  const start = process.cpuUsage();
  try {
    await parse(input);
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

async function best(parse: Parser['parse'], input: string, tries = 3): Promise<number> {
  let least = Infinity;
  for (let k = 0; k < tries; k++) least = Math.min(least, await cost(parse, input));
  return least;
}

/** The times at a size that takes long enough to be measured, and at twice that size. */
async function measured({
  sizes: [first, most],
  make,
  parse,
}: Parser): Promise<{ size: number; once: number; twice: number }> {
  let size = first;
  while (size < most && (await best(parse, await make(size))) < LEAST) size = Math.min(most, 2 * size);
  const once = await best(parse, await make(size));
  const twice = await best(parse, await make(2 * size));
  return { size, once, twice };
}

const isLinear = ({ once, twice }: { once: number; twice: number }): boolean => twice <= MOST_GROWTH * once + NOISE;

/** Tests that each of these parsers takes time that grows with the size of its input, and no faster. */
export function describeLinear(parsers: Readonly<Record<string, Parser>>): void {
  describe('twice the input takes at most 2.5 times the time', () => {
    it.each(Object.entries(parsers))('%s', async (_name, parser) => {
      const found = await measured(parser);
      // Other processes may have disturbed the first measurement.
      const again = isLinear(found) ? found : await measured(parser);
      expect(isLinear(again), JSON.stringify(again)).toBe(true);
    });
  });
}
