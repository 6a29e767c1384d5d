import * as z from 'zod';
import { PERCENTAGE, parseShare } from '../../text/parse-share.js';

const POSITIVE = 'expected a number > 0, or a percentage such as "10%"';
const COVERAGE = 'expected a share from 0 to 1, or a percentage such as "90%"';
const AMOUNT = 'expected a number ≥ 0';

/** A number, or a percentage as text. */
const shareOr = (error: string, number: z.ZodNumber): z.ZodType<number> =>
  z.union([number, z.string(error).regex(PERCENTAGE, error).transform(parseShare).pipe(number)], { error });

/** A relative limit as a number. */
export const positive = z.number(POSITIVE).positive(POSITIVE);

/** A relative limit: 0.1, or "10%". */
export const positiveShare = shareOr(POSITIVE, positive);

/** A share of a whole: 0.9, or "90%". */
export const shareOfAll = shareOr(COVERAGE, z.number(COVERAGE).min(0, COVERAGE).max(1, COVERAGE));

/** A number that is not negative. */
export const amount = z.number(AMOUNT).nonnegative(AMOUNT);
