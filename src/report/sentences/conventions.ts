import type { Convention } from '../../findings/conventions.js';

const KINK = 'A kink is a point where a function is not twice continuously differentiable, such as zero for relu.';

/** A convention in words. */
export function conventionText(convention: Convention): string {
  switch (convention.kind) {
    case 'means-over-inputs':
      return 'The diagonal and the variances are computed for every input by itself and then averaged over the inputs; gradients are never summed over inputs before they are squared.';
    case 'labels-from-model':
      return "Labels are drawn from the model's own distribution; the data set's labels would give the empirical Fisher, another quantity.";
    case 'inference-mode':
      return 'The network runs in inference mode: batch-norm statistics are constants, and dropout is off.';
    case 'gaussian-scale':
      return `Gaussian scores (derivatives of the log-likelihood) are scaled by 1/σ², with σ = ${convention.noise} (--noise).`;
    case 'strict-kinks':
      return `Kinks (--kinks strict): Î₂ does not apply to a layer if an operation after it has kinks. ${KINK}`;
    case 'kinks-almost-everywhere':
      return `Kinks (--kinks almost-everywhere): Î₂ is used even if an operation after the layer has kinks. ${KINK} Second derivatives exist at all other points.`;
  }
}
