import { AuditError } from '../errors.js';
import { sizeOf } from '../kernels/kernels.js';
import type { LoweredNetwork } from '../network/network.js';
import { type Program, weightsOf } from '../program/program.js';
import { percent } from '../text/format-numbers.js';
import type { Plan } from '../engine/plan/types.js';
import type { Report } from '../results/report.js';

/** Number of parameters in some weights. */
export const parametersOf = (weights: readonly { readonly shape: readonly number[] }[]): number =>
  weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/** Layers with parameters that are not audited, and why. */
export function notAuditedLayers(
  { layers }: Pick<LoweredNetwork, 'layers'>,
  program: Program,
  skipped: readonly string[],
): Report['notAudited'] {
  const connected = new Set(weightsOf(program).map(({ weight }) => weight.name));
  return layers.flatMap(({ path, type, weights, frozenParameters }) => {
    const entry = (reason: Report['notAudited'][number]['reason'], parameters: number): Report['notAudited'] =>
      parameters > 0 ? [{ name: path, type, parameters, reason }] : [];
    const frozen = entry('not-trainable', frozenParameters);
    if (skipped.includes(path)) return [...entry('skipped', parametersOf(weights)), ...frozen];
    return [...entry('not-connected', parametersOf(weights.filter(({ name }) => !connected.has(name)))), ...frozen];
  });
}

/** Share of the trainable parameters whose derivatives will be computed. */
export function coverageOf({ layers }: Pick<LoweredNetwork, 'layers'>, { groups }: Plan): number {
  const all = parametersOf(layers.flatMap(({ weights }) => weights));
  const audited = groups.flatMap(({ weights }) => weights).reduce((sum, one) => sum + one.audited, 0);
  return all === 0 ? 0 : audited / all;
}

/** @throws AuditError FA302 when no weights are left to audit, FA303 when the coverage is less than required */
export function refuseCoverage(
  path: string,
  { layers }: Pick<LoweredNetwork, 'layers'>,
  { groups }: Plan,
  coverage: number,
  required: number | undefined,
): void {
  if (groups.length === 0) {
    const trainable = layers.some(({ weights }) => weights.length > 0);
    throw new AuditError('FA302', {
      what: `${path}: nothing to audit`,
      why: trainable
        ? 'every layer with trainable weights is skipped or has no effect on the output'
        : 'the model has no trainable weights',
      fix: trainable
        ? 'skip fewer layers, or connect them to the output'
        : 'unfreeze layers (trainable: true) before saving',
    });
  }
  if (required !== undefined && coverage < required) {
    throw new AuditError('FA303', {
      what: `${percent(coverage)} of the parameters would be audited, but --require-coverage is ${percent(required)}`,
      fix: 'raise --parameters, skip fewer layers (--skip-layer), or lower --require-coverage',
    });
  }
}
