import { likelihoodSource } from '../report/sentences/audit-lines.js';
import { conventionText } from '../report/sentences/conventions.js';
import { notAuditedLayers, parametersOf } from '../figures/coverage.js';
import { conventionsOf } from '../findings/conventions.js';
import { sizeOf } from '../kernels/kernels.js';
import type { Network } from '../network/network.js';
import type { Kinks } from '../program/kinks.js';
import type { Report } from '../results/report.js';
import { version } from '../version.js';
import type { AuditedInputs } from './stages/load.js';
import type { AuditableNetwork } from './stages/lower.js';

/** Which network, data and conventions figures belong to, as reports and exported files state it. */
export type Provenance = Pick<Report, 'tool' | 'model' | 'likelihood' | 'conventions' | 'notAudited'> & {
  readonly data: Omit<Report['data'], 'sha256'>;
};

export interface ProvenanceOptions {
  readonly noise: number;
  readonly kinks: Kinks;
  readonly skipLayer: readonly string[];
}

export function provenanceOf(
  network: Network,
  lowered: AuditableNetwork,
  { dataset, inputs, available }: AuditedInputs,
  options: ProvenanceOptions,
): Provenance {
  const { path, format, sha256 } = network;
  const { layers, program, likelihood, outputs } = lowered;
  const { family } = likelihood;
  return {
    tool: { name: 'fisher-audit', version },
    model: { path, format, sha256, parameters: parametersOf(layers.flatMap(({ weights }) => weights)) },
    data: { path: dataset.path, synthetic: dataset.synthetic, inputs, available },
    likelihood: {
      family,
      outputs: sizeOf(outputs),
      noise: family === 'gaussian' ? options.noise : null,
      inferredFrom: likelihoodSource(likelihood),
    },
    conventions: conventionsOf(family, options).map(conventionText),
    notAudited: notAuditedLayers(lowered, program, options.skipLayer),
  };
}
