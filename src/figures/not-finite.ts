import { AuditError } from '../errors.js';
import type { LayerFigures } from '../results/report.js';

/**
 * The last look at the figures: outputs may be finite where derivatives, or products of four of them, are not.
 * @throws AuditError FA207 naming the layer
 */
export function refuseNotFinite(layers: readonly LayerFigures[]): void {
  for (const layer of layers) {
    const figure = firstNotFinite(layer, []);
    if (figure === null) continue;
    throw new AuditError('FA207', {
      what: `${layer.name}: its ${figure.join('.')} is not a finite number`,
      why: 'derivatives are too large to compute with, as after training that diverged',
      fix: 'look at the scale of the data (--scale, --offset) and of the weights, or use --precision float64',
    });
  }
}

function firstNotFinite(value: unknown, path: readonly string[]): readonly string[] | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : path;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const found = firstNotFinite(inner, [...path, key]);
    if (found) return found;
  }
  return null;
}
