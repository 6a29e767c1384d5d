import { activation, elu, leakyRelu, prelu, relu, softmaxLayer, thresholdedRelu } from './activation-layers.js';
import { dense } from './dense.js';
import type { Layer } from './layer.js';
import { add, average, concatenate, dot, maximum, minimum, multiply, subtract } from './merge-layers.js';
import { batchNormalization, layerNormalization } from './normalisation-layers.js';
import { alphaDropout, dropout, flatten, gaussianNoise, identity, rescaling, reshape } from './shape-layers.js';

/** Every kind of layer that can be audited, by the class name that Keras and tfjs save it under. */
export const layers = {
  Activation: activation,
  ActivityRegularization: identity,
  Add: add,
  AlphaDropout: alphaDropout,
  Average: average,
  BatchNormalization: batchNormalization,
  Concatenate: concatenate,
  Dense: dense,
  Dot: dot,
  Dropout: dropout,
  ELU: elu,
  Flatten: flatten,
  GaussianDropout: dropout,
  GaussianNoise: gaussianNoise,
  Identity: identity,
  LayerNormalization: layerNormalization,
  LeakyReLU: leakyRelu,
  Maximum: maximum,
  Minimum: minimum,
  Multiply: multiply,
  PReLU: prelu,
  ReLU: relu,
  Rescaling: rescaling,
  Reshape: reshape,
  Softmax: softmaxLayer,
  SpatialDropout1D: identity,
  SpatialDropout2D: identity,
  SpatialDropout3D: identity,
  Subtract: subtract,
  ThresholdedReLU: thresholdedRelu,
} as const satisfies Record<string, Layer>;

export function layerOf(className: string): Layer | null {
  return Object.hasOwn(layers, className) ? layers[className as keyof typeof layers] : null;
}
