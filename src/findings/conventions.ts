import type { Family } from '../likelihoods/families.js';
import type { Kinks } from '../program/kinks.js';

/** A choice on which published Fisher diagonals differ. */
export type Convention =
  | { readonly kind: 'means-over-inputs' }
  | { readonly kind: 'labels-from-model' }
  | { readonly kind: 'inference-mode' }
  | { readonly kind: 'gaussian-scale'; readonly noise: number }
  | { readonly kind: 'strict-kinks' }
  | { readonly kind: 'kinks-almost-everywhere' };

/** The options on which conventions depend. */
interface ConventionOptions {
  readonly noise: number;
  readonly kinks: Kinks;
}

/** The conventions behind the figures of an audit. */
export const conventionsOf = (family: Family, { noise, kinks }: ConventionOptions): Convention[] => [
  { kind: 'means-over-inputs' },
  { kind: 'labels-from-model' },
  { kind: 'inference-mode' },
  ...(family === 'gaussian' ? [{ kind: 'gaussian-scale', noise } as const] : []),
  { kind: kinks === 'strict' ? 'strict-kinks' : 'kinks-almost-everywhere' },
];
