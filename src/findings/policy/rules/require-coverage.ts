import { shareOfAll } from '../limit-schemas.js';
import { type Decided, reportRule } from '../rule.js';

/** The share of the parameters that was audited. */
export interface CoverageFinding extends Decided {
  readonly kind: 'coverage';
  readonly value: number;
  readonly limit: number;
}

/** Requires a share of the network to be audited. */
export const requireCoverage = reportRule({
  help: 'smallest share of the trainable parameters that must be audited',
  limit: shareOfAll,
  judge({ report: { layers, model } }, limit): CoverageFinding[] {
    const audited = layers.reduce((sum, { parameters }) => sum + parameters.audited, 0);
    const reachable = layers.reduce((sum, { parameters }) => sum + parameters.total, 0);
    const [share, most] = [audited / model.parameters, reachable / model.parameters];
    const outcome = share >= limit ? 'pass' : most >= limit ? 'inconclusive' : 'fail';
    return [{ kind: 'coverage', outcome, value: share, limit }];
  },
});
