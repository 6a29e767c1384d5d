import * as z from 'zod';
import { grouped, plural } from '../../../text/format-numbers.js';
import { reportRule } from '../rule.js';

const INPUTS = 'expected true, or the least number of inputs';

/** Figures for real inputs, and enough of them. */
export const requireData = reportRule({
  help: 'real inputs and not synthetic ones: true, or how many at least',
  limit: z.union([z.boolean(INPUTS), z.int(INPUTS).positive(INPUTS)], { error: INPUTS }),
  judge({ report: { data } }, limit) {
    if (limit === false) return [];
    const least = limit === true ? 1 : limit;
    const common = { value: data.inputs, limit: least };
    if (data.synthetic) return [{ outcome: 'fail', text: 'the inputs are synthetic · give a data set', ...common }];
    const text = `${plural(data.inputs, 'input')} were audited, ${grouped(least)} are required`;
    if (data.inputs >= least) return [{ outcome: 'pass', text, ...common }];
    const more = data.available === null || data.available >= least;
    if (more) return [{ outcome: 'inconclusive', text: `${text} · --inputs ${least} would decide it`, ...common }];
    return [
      { outcome: 'fail', text: `${text}, the data set has ${grouped(data.available ?? 0)} · add some`, ...common },
    ];
  },
});
