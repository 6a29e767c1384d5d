import * as z from 'zod';
import { MAX_FACTOR, MAX_INCREASE, failOnNames } from '../findings/compare/tolerances.js';
import { flagRegistry as flag, number, positiveShare } from './option-fields.js';
import { auditOptionsSchema } from './options.js';

const FACTOR = 'expected a number > 1';

/** The options of `compare`: those of an audit without its checks, and what counts as a change. */
export const compareOptionsSchema = auditOptionsSchema
  .omit({ maxError: true, requireCoverage: true, labels: true })
  .extend({
    failOn: z.enum(failOnNames).default('never').register(flag, {
      flags: '--fail-on <what>',
      help: 'never; or worse: exit status 1 if a layer is worse, 4 if a layer cannot be judged',
    }),
    maxIncrease: positiveShare.default(MAX_INCREASE).register(flag, {
      flags: '--max-increase <share>',
      help: 'a layer is worse if its relative error grew by more than this share',
      defaultText: `${100 * MAX_INCREASE}%`,
    }),
    maxFactor: number(z.number(FACTOR).gt(1, FACTOR)).default(MAX_FACTOR).register(flag, {
      flags: '--max-factor <factor>',
      help: 'a layer is worse if its mean Fisher information changed by more than this factor, up or down',
    }),
  });

export type CompareOptions = z.output<typeof compareOptionsSchema>;
