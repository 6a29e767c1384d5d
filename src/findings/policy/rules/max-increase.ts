import * as z from 'zod';
import { estimators } from '../../../estimators/index.js';
import { type Baseline, atSamples, baselineLayer, isSameModel, layerIn } from '../../../results/baseline.js';
import { ratioSampling } from '../../compare/ratio.js';
import { percent, percentsApart, plural } from '../../../text/format-numbers.js';
import type { LayerReport, Report } from '../../../results/report.js';
import { positiveShare } from '../limits.js';
import { type Finding, layerRule } from '../rule.js';
import { samplingOf } from '../sampling.js';

const LIMIT = 'expected a number > 0, a percentage such as "10%", or {"limit": "10%", "floor": "1%"}';

const limits = z.strictObject({ limit: positiveShare, floor: positiveShare.optional() });

/** The error of the recommended estimator may not grow beyond that of the baseline. */
export const maxIncrease = layerRule({
  help: 'largest growth of the relative error over the baseline: "10%", or {"limit": "10%", "floor": "1%"}, where errors up to the floor pass',
  limit: z.union([positiveShare, limits], { error: LIMIT }),
  judge(layer, limit, { report, baseline }) {
    const { limit: most, floor = 0 } = typeof limit === 'number' ? { limit } : limit;
    if (baseline === null) {
      const text = 'there is no baseline · give one (--baseline), or make one (--update-baseline)';
      return [{ outcome: 'inconclusive', text, limit: most }];
    }
    return [growth(layer, baseline, report, most, floor)];
  },
});

function growth(
  layer: LayerReport,
  baseline: Baseline,
  { model, run }: Pick<Report, 'model' | 'run'>,
  limit: number,
  floor: number,
): Finding {
  const samples = run.samples.at(-1) ?? 1;
  const own = baselineLayer(layer);
  const known = layerIn(baseline, layer.name);
  if (known === undefined) {
    return { outcome: 'inconclusive', text: 'it is not in the baseline · --update-baseline adds it', limit };
  }
  const base = atSamples(known, baseline.samples, samples).relativeError;
  if (own.relativeError === null || base === null) {
    const text = 'there is no relative error to compare: its Fisher information is or was zero · look into the layer';
    return { outcome: 'inconclusive', text, limit };
  }
  if (isSameModel(baseline, { model })) {
    return { outcome: 'pass', text: 'the model is the one of the baseline', value: own.relativeError, limit };
  }
  const most = Math.max(base * (1 + limit), floor);
  const { symbol } = estimators[own.estimator];
  const [error, allowed] = percentsApart(own.relativeError, most);
  return {
    ...{ decidedBy: samplingOf(layer).decidedBy, value: own.relativeError, limit: most, sense: 'at most' },
    ...ratioSampling(known, own),
    // Draws that do not differ have no error, however few parameters were audited.
    ...(own.relativeError === 0 && own.estimator === 'hessian' && { relativeError: 0 }),
    limitText: `${allowed}, from ${percent(base)} in the baseline`,
    says: (margin) => `relative error ${error}${margin} of ${symbol} at ${plural(samples, 'draw')}`,
    remedy: 'look at what changed in the layer, or accept it (--update-baseline)',
  };
}
