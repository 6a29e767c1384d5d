import {
  activation,
  elu,
  leakyRelu,
  prelu,
  relu,
  softmaxLayer,
  thresholdedRelu,
} from './activation/activation-layers.js';
import {
  conv1d,
  conv2d,
  conv2dTranspose,
  conv3d,
  conv3dTranspose,
  depthwiseConv2d,
  separableConv2d,
} from './spatial/convolution-layers.js';
import { dense } from './dense.js';
import type { Layer } from './layer.js';
import { add, average, concatenate, dot, maximum, minimum, multiply, subtract } from './merge-layers.js';
import {
  averagePooling1d,
  averagePooling2d,
  averagePooling3d,
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalMaxPooling1d,
  globalMaxPooling2d,
  maxPooling1d,
  maxPooling2d,
  maxPooling3d,
} from './spatial/pooling-layers.js';
import { categoryEncoding, embedding } from './lookup-layers.js';
import { gru, lstm, rnn, simpleRnn } from './recurrent/recurrent-layers.js';
import { bidirectional, timeDistributed } from './recurrent/wrapper-layers.js';
import { convLstm2d } from './recurrent/conv-lstm.js';
import {
  any,
  cast,
  expandDims,
  logicalAnd,
  logicalOr,
  notEqual,
  onesLike,
  zerosLike,
} from './masks/mask-operations.js';
import { masking } from './masks/masking.js';
import { cropping2d, zeroPadding2d } from './spatial/padding-layers.js';
import { centerCrop, resizing, upSampling2d } from './spatial/resizing-layers.js';
import { batchNormalization, layerNormalization } from './normalisation-layers.js';
import { alphaDropout, augmentation, dropout, gaussianNoise, identity } from './identity-layers.js';
import { normalization, rescaling } from './rescaling-layers.js';
import { flatten, permute, repeatVector, reshape } from './shape-layers.js';

/** Every kind of layer that can be audited, by the class name that Keras and tfjs save it under. */
export const layers = {
  Activation: activation,
  ActivityRegularization: identity,
  Add: add,
  AlphaDropout: alphaDropout,
  Average: average,
  AveragePooling1D: averagePooling1d,
  AveragePooling2D: averagePooling2d,
  AveragePooling3D: averagePooling3d,
  BatchNormalization: batchNormalization,
  Bidirectional: bidirectional,
  CategoryEncoding: categoryEncoding,
  CenterCrop: centerCrop,
  Concatenate: concatenate,
  Conv1D: conv1d,
  Conv2D: conv2d,
  Conv2DTranspose: conv2dTranspose,
  Conv3D: conv3d,
  Conv3DTranspose: conv3dTranspose,
  ConvLSTM2D: convLstm2d,
  Cropping2D: cropping2d,
  Dense: dense,
  DepthwiseConv2D: depthwiseConv2d,
  Dot: dot,
  Dropout: dropout,
  ELU: elu,
  Embedding: embedding,
  Flatten: flatten,
  GaussianDropout: dropout,
  GaussianNoise: gaussianNoise,
  GlobalAveragePooling1D: globalAveragePooling1d,
  GlobalAveragePooling2D: globalAveragePooling2d,
  GlobalMaxPooling1D: globalMaxPooling1d,
  GlobalMaxPooling2D: globalMaxPooling2d,
  GRU: gru,
  Identity: identity,
  LayerNormalization: layerNormalization,
  LeakyReLU: leakyRelu,
  LSTM: lstm,
  Masking: masking,
  Maximum: maximum,
  MaxPooling1D: maxPooling1d,
  MaxPooling2D: maxPooling2d,
  MaxPooling3D: maxPooling3d,
  Minimum: minimum,
  Multiply: multiply,
  Normalization: normalization,
  Permute: permute,
  PReLU: prelu,
  RandomBrightness: augmentation,
  RandomContrast: augmentation,
  RandomFlip: augmentation,
  RandomRotation: augmentation,
  RandomTranslation: augmentation,
  RandomZoom: augmentation,
  ReLU: relu,
  RepeatVector: repeatVector,
  Rescaling: rescaling,
  Reshape: reshape,
  Resizing: resizing,
  RNN: rnn,
  SeparableConv2D: separableConv2d,
  SimpleRNN: simpleRnn,
  Softmax: softmaxLayer,
  SpatialDropout1D: identity,
  SpatialDropout2D: identity,
  SpatialDropout3D: identity,
  Subtract: subtract,
  ThresholdedReLU: thresholdedRelu,
  TimeDistributed: timeDistributed,
  UpSampling2D: upSampling2d,
  ZeroPadding2D: zeroPadding2d,
} as const satisfies Record<string, Layer>;

/** Operations of Keras 3, which have the class names of layers and others. */
const operations: Readonly<Record<string, Layer>> = {
  'Any of keras.ops': any,
  'Cast of keras.ops': cast,
  'Concatenate of keras.ops': concatenate,
  'ExpandDims of keras.ops': expandDims,
  'LogicalAnd of keras.ops': logicalAnd,
  'LogicalOr of keras.ops': logicalOr,
  'NotEqual of keras.ops': notEqual,
  'OnesLike of keras.ops': onesLike,
  'ZerosLike of keras.ops': zerosLike,
};

const all: Readonly<Record<string, Layer>> = { ...layers, ...operations };

export function layerOf(className: string): Layer | null {
  return Object.hasOwn(all, className) ? all[className]! : null;
}
