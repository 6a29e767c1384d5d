import { AuditError } from '../errors.js';

/**
 * Refuses figures that are not finite: outputs may be finite where derivatives, or products of four of them, are not.
 * @param name of the layer or tensor that the figures belong to
 * @throws AuditError FA207 with the name and the first such figure
 */
export function refuseNotFinite(name: string, figures: object): void {
  const path = firstNotFinite(figures, []);
  if (path === null) return;
  throw new AuditError('FA207', {
    what: `${name}: its ${path.join('.')} is not a finite number`,
    why: 'its derivatives are too large for floating-point numbers, as after training that diverged',
    fix: 'check the scale of the data (--scale, --offset) and of the weights, or use --precision float64',
  });
}

/** Keys that lead to the first number that is not finite; null where all are. */
function firstNotFinite(value: unknown, path: readonly string[]): readonly string[] | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : path;
  if (value instanceof Float64Array) return value.every(Number.isFinite) ? null : path;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const found = firstNotFinite(inner, [...path, key]);
    if (found) return found;
  }
  return null;
}
