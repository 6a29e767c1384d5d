import { percent } from '../../../text/format-numbers.js';
import { shareOfAll } from '../limits.js';
import { reportRule } from '../rule.js';

/** How much of the network was looked at. */
export const requireCoverage = reportRule({
  help: 'least share of the trainable parameters that must be audited',
  limit: shareOfAll,
  judge({ report: { layers, model } }, limit) {
    const audited = layers.reduce((sum, { parameters }) => sum + parameters.audited, 0);
    const reachable = layers.reduce((sum, { parameters }) => sum + parameters.total, 0);
    const [share, most] = [audited / model.parameters, reachable / model.parameters];
    const text = `${percent(share)} of the parameters were audited, ${percent(limit)} are required`;
    const common = { value: share, limit };
    if (share >= limit) return [{ outcome: 'pass', text, ...common }];
    if (most >= limit)
      return [{ outcome: 'inconclusive', text: `${text} · more would decide it (--parameters)`, ...common }];
    return [
      { outcome: 'fail', text: `${text} · leave out --skip-layer, and see which layers are not connected`, ...common },
    ];
  },
});
