import * as z from 'zod';
import { type Decided, reportRule } from '../rule.js';

const INPUTS = 'expected true, or the least number of inputs';

/** The number of inputs that were audited; `available`: rows of the data set, null where unknown. */
export interface DataFinding extends Decided {
  readonly kind: 'synthetic' | 'inputs';
  readonly value: number;
  readonly limit: number;
  readonly available: number | null;
}

/** Requires real inputs, and enough of them. */
export const requireData = reportRule({
  help: 'real inputs instead of synthetic ones: true, or the smallest number of them',
  limit: z.union([z.boolean(INPUTS), z.int(INPUTS).positive(INPUTS)], { error: INPUTS }),
  judge({ report: { data } }, limit): DataFinding[] {
    if (limit === false) return [];
    const { inputs: value, available } = data;
    const least = limit === true ? 1 : limit;
    if (data.synthetic) return [{ kind: 'synthetic', outcome: 'fail', value, limit: least, available }];
    const more = available === null || available >= least;
    const outcome = value >= least ? 'pass' : more ? 'inconclusive' : 'fail';
    return [{ kind: 'inputs', outcome, value, limit: least, available }];
  },
});
