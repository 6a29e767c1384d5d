import type { Estimates } from '../../engine/estimate.js';
import type { Plan } from '../../engine/plan/types.js';
import { type LayerSummary, layerFigures } from '../../figures/layer-figures.js';
import { refuseNotFinite } from '../../figures/not-finite.js';
import type { AuditOptions } from '../../config/options.js';
import type { Kernels } from '../../kernels/kernels.js';
import type { Report } from '../../results/report.js';
import type { Provenance } from '../provenance.js';
import type { AuditableNetwork } from './lower.js';

/** What an audit found, before it is judged. */
export interface AuditedFigures extends Omit<Report, 'layers' | 'summary' | 'answers' | 'verdict'> {
  readonly layers: readonly LayerSummary[];
}

/** What belongs to figures: how and of what they were computed. */
interface Computed {
  readonly plan: Plan;
  readonly estimates: Estimates;
  readonly provenance: Provenance;
  readonly kernels: Kernels;
  /** Time when the audit began, by performance.now(). */
  readonly begin: number;
}

/**
 * The figures of each layer, and how and of what they were computed.
 * @throws AuditError as `refuseNotFinite`
 */
export function summarise(
  { layers }: AuditableNetwork,
  { plan, estimates, provenance, kernels, begin }: Computed,
  options: AuditOptions,
): AuditedFigures {
  const summaries = layerFigures(layers, plan, estimates, options.target);
  for (const { figures } of summaries) refuseNotFinite(figures.name, figures);
  const allExact = summaries.every(({ figures }) => figures.estimators.gradient.exact);
  const { tool, model, data, likelihood, conventions, notAudited } = provenance;
  return {
    schemaVersion: 1,
    kind: 'audit',
    tool,
    model,
    data: { ...data, sha256: estimates.sha256 },
    likelihood,
    run: {
      samples: options.samples,
      seed: options.seed,
      target: options.target,
      kinks: options.kinks,
      precision: options.precision,
      backend: kernels.name,
      workers: 1,
      scoredDraws: allExact ? null : plan.labelDraws,
      seconds: (performance.now() - begin) / 1000,
    },
    conventions,
    layers: summaries,
    notAudited,
  };
}
