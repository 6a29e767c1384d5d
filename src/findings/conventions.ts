import type { Family } from '../likelihoods/families.js';

/** The options on which conventions depend. */
interface ConventionOptions {
  readonly noise: number;
  readonly kinks: 'strict' | 'almost-everywhere';
}

/** What the figures mean, in every report: the choices on which published Fisher diagonals differ. */
export function conventionsOf(family: Family, { noise, kinks }: ConventionOptions): string[] {
  return [
    'means over inputs of per-input values, never squares of summed gradients',
    "labels drawn from the model, not the data set's own labels (those give the empirical Fisher, another quantity)",
    'inference mode: batch-norm statistics are constants, dropout is off',
    ...(family === 'gaussian' ? [`gaussian scores scaled by 1/σ², σ = ${noise}`] : []),
    kinks === 'strict'
      ? 'kinks strict: Î₂ is not applied where an operation behind a layer is not twice continuously differentiable'
      : 'kinks almost-everywhere: second derivatives are taken where they exist',
  ];
}
