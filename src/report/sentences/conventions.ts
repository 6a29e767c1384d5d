import type { Convention } from '../../findings/conventions.js';

/** A convention as a sentence of its own. */
export function conventionText(convention: Convention): string {
  switch (convention.kind) {
    case 'means-over-inputs':
      return 'Each figure is computed for every input by itself and then averaged over the inputs; gradients are never summed before they are squared.';
    case 'labels-from-model':
      return "Labels are drawn from the model's own distribution; the data set's labels would give the empirical Fisher, another quantity.";
    case 'inference-mode':
      return 'The network runs in inference mode: batch-norm statistics are constants, and dropout is off.';
    case 'gaussian-scale':
      return `Gaussian scores are scaled by 1/σ², with σ = ${convention.noise}.`;
    case 'strict-kinks':
      return 'Kinks are strict: Î₂ is not used where an operation after a layer is not twice continuously differentiable.';
    case 'kinks-almost-everywhere':
      return 'Kinks are ignored almost everywhere: second derivatives are taken where they exist.';
  }
}
