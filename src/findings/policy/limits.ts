import * as z from 'zod';

const POSITIVE = 'expected a number > 0, or a percentage such as "10%"';
const COVERAGE = 'expected a share from 0 to 1, or a percentage such as "90%"';

/** 0.1, or "10%". */
const shareOr = (error: string, number: z.ZodNumber): z.ZodType<number> =>
  z.union(
    [
      number,
      z
        .string(error)
        .regex(/^\s*\d+(\.\d+)?\s*%\s*$/, error)
        .transform((text) => Number(text.replace('%', '')) / 100)
        .pipe(number),
    ],
    { error },
  );

/** A relative limit. */
export const positiveShare = shareOr(POSITIVE, z.number(POSITIVE).positive(POSITIVE));

/** A share of a whole. */
export const shareOfAll = shareOr(COVERAGE, z.number(COVERAGE).min(0, COVERAGE).max(1, COVERAGE));

/** Not negative. */
export const amount = z.number('expected a number ≥ 0').nonnegative('expected a number ≥ 0');
