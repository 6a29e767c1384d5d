import type { DatasetWarning } from '../../load/datasets/dataset.js';

/** Something that the user should know about an audit, although it is not an error. */
export type Warning =
  | DatasetWarning
  | { readonly kind: 'unused-glob'; readonly glob: string }
  | { readonly kind: 'unused-baseline'; readonly path: string };

/** A warning as a sentence. */
export function warningText(warning: Warning): string {
  switch (warning.kind) {
    case 'pixels-from-0-to-255':
      return (
        'pixels are numbers from 0 to 255, and the model has no Rescaling or Normalization layer; if it was trained on ' +
        'numbers from 0 to 1, use --scale 0.00392157'
      );
    case 'images-resized': {
      const { height, width, like } = warning;
      return `the model does not fix the size of images: all are resized to ${height} × ${width} (height × width), the size of ${like}`;
    }
    case 'synthetic-inputs':
      return (
        `no data set was given, and none (dataset.* or x.*) is in the model's folder. The audit uses ${syntheticKinds(warning)} ` +
        'instead. Figures for real inputs may differ.'
      );
    case 'unused-glob':
      return `The policy names ${warning.glob}, which matches no layer.`;
    case 'unused-baseline':
      return `The baseline ${warning.path} has no effect: no rule (maxIncrease) compares with it.`;
  }
}

const syntheticKinds = ({ normal, integers }: Extract<Warning, { kind: 'synthetic-inputs' }>): string =>
  [
    ...(normal ? ['standard normal inputs'] : []),
    ...(integers ? ['uniform random integers below the size of the vocabulary'] : []),
  ].join(' and ');
