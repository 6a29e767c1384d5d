import { normalDensity, normalDistribution } from '../../../statistics/normal.js';
import { type Bend, straight } from '../primitive.js';

/** A scalar function with its first two derivatives; `parameter` is fixed by the layer (a slope, a threshold). */
export interface ScalarFunction extends Bend {
  value(x: number, parameter: number): number;
  first(x: number, parameter: number): number;
  second(x: number, parameter: number): number;
  /** Where the first or second derivative jumps. */
  kinks?(parameter: number): readonly number[];
  /** Range on which the conformance suite checks it, where it is not defined everywhere. */
  readonly range?: readonly [number, number];
  /** A parameter for the conformance suite. */
  readonly example?: number;
}

const smooth = { curved: true, kinked: false } as const;
const kinked = { curved: false, kinked: true } as const;
const curvedAndKinked = { curved: true, kinked: true } as const;
const zero = (): number => 0;
const atZero = (): readonly number[] => [0];

const sigmoid = (x: number): number => {
  const tail = Math.exp(-Math.abs(x));
  return (x >= 0 ? 1 : tail) / (1 + tail);
};
const sigmoidFirst = (x: number): number => {
  const tail = Math.exp(-Math.abs(x));
  return tail / (1 + tail) ** 2;
};
const sigmoidSecond = (x: number): number => sigmoidFirst(x) * -Math.tanh(x / 2);
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const tanhFirst = (x: number): number => 4 * sigmoidFirst(2 * x);
const tanhSecond = (x: number): number => -2 * Math.tanh(x) * tanhFirst(x);

const expOrLine = (scale: (alpha: number) => number, slope: number): Omit<ScalarFunction, keyof Bend> => ({
  value: (x, alpha) => (x > 0 ? slope * x : scale(alpha) * Math.expm1(x)),
  first: (x, alpha) => (x > 0 ? slope : scale(alpha) * Math.exp(x)),
  second: (x, alpha) => (x > 0 ? 0 : scale(alpha) * Math.exp(x)),
  kinks: atZero,
});

/** Klambauer, Unterthiner, Mayr and Hochreiter (2017), section 2. */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** Constants of the hyperbolic-tangent form of gelu, Hendrycks and Gimpel (2016), section 2. */
const GELU_INNER = Math.sqrt(2 / Math.PI);
const GELU_CUBE = 0.044715;
const geluInner = (x: number): number => GELU_INNER * (x + GELU_CUBE * x ** 3);
const geluInnerFirst = (x: number): number => GELU_INNER * (1 + 3 * GELU_CUBE * x * x);
const geluInnerSecond = (x: number): number => GELU_INNER * 6 * GELU_CUBE * x;

const mishFirst = (x: number): number => Math.tanh(softplus(x)) + x * tanhFirst(softplus(x)) * sigmoid(x);
const mishSecond = (x: number): number => {
  const s = softplus(x);
  const ds = sigmoid(x);
  return 2 * tanhFirst(s) * ds + x * (tanhSecond(s) * ds * ds + tanhFirst(s) * sigmoidFirst(x));
};

export const functions = {
  sigmoid: { ...smooth, value: sigmoid, first: sigmoidFirst, second: sigmoidSecond },
  tanh: { ...smooth, value: Math.tanh, first: tanhFirst, second: tanhSecond },
  softplus: { ...smooth, value: softplus, first: sigmoid, second: sigmoidFirst },
  logSigmoid: {
    ...smooth,
    value: (x) => -softplus(-x),
    first: (x) => sigmoid(-x),
    second: (x) => -sigmoidFirst(x),
  },
  exponential: { ...smooth, value: Math.exp, first: Math.exp, second: Math.exp },
  swish: {
    ...smooth,
    value: (x) => x * sigmoid(x),
    first: (x) => sigmoid(x) + x * sigmoidFirst(x),
    second: (x) => 2 * sigmoidFirst(x) + x * sigmoidSecond(x),
  },
  gelu: {
    ...smooth,
    value: (x) => x * normalDistribution(x),
    first: (x) => normalDistribution(x) + x * normalDensity(x),
    second: (x) => (2 - x * x) * normalDensity(x),
  },
  geluTanh: {
    ...smooth,
    value: (x) => (x / 2) * (1 + Math.tanh(geluInner(x))),
    first: (x) => (1 + Math.tanh(geluInner(x))) / 2 + (x / 2) * tanhFirst(geluInner(x)) * geluInnerFirst(x),
    second: (x) =>
      tanhFirst(geluInner(x)) * geluInnerFirst(x) +
      (x / 2) * (tanhSecond(geluInner(x)) * geluInnerFirst(x) ** 2 + tanhFirst(geluInner(x)) * geluInnerSecond(x)),
  },
  mish: { ...smooth, value: (x) => x * Math.tanh(softplus(x)), first: mishFirst, second: mishSecond },
  /** max(x, floor)^(-1/2); the floor guards against a division by zero and counts as no kink. */
  reciprocalSquareRoot: {
    ...smooth,
    value: (x, floor) => Math.max(x, floor) ** -0.5,
    first: (x, floor) => (x > floor ? -0.5 * x ** -1.5 : 0),
    second: (x, floor) => (x > floor ? 0.75 * x ** -2.5 : 0),
    range: [0.5, 3],
  },
  reciprocal: {
    ...smooth,
    value: (x) => 1 / x,
    first: (x) => -1 / x ** 2,
    second: (x) => 2 / x ** 3,
    range: [0.5, 3],
  },
  /** 0 where x is the given number, 1 elsewhere, as in masks: constant except at one point. */
  notEqual: { ...straight, value: (x, other) => Number(x !== other), first: zero, second: zero, example: 0.3 },
  relu: { ...kinked, value: (x) => Math.max(x, 0), first: (x) => Number(x > 0), second: zero, kinks: atZero },
  relu6: {
    ...kinked,
    value: (x) => Math.min(Math.max(x, 0), 6),
    first: (x) => Number(x > 0 && x < 6),
    second: zero,
    kinks: () => [0, 6],
    range: [-2, 8],
  },
  leakyRelu: {
    ...kinked,
    value: (x, slope) => (x > 0 ? x : slope * x),
    first: (x, slope) => (x > 0 ? 1 : slope),
    second: zero,
    kinks: atZero,
    example: 0.3,
  },
  clippedRelu: {
    ...kinked,
    value: (x, maximum) => Math.min(Math.max(x, 0), maximum),
    first: (x, maximum) => Number(x > 0 && x < maximum),
    second: zero,
    kinks: (maximum) => [0, maximum],
    example: 1.5,
  },
  thresholdedRelu: {
    ...kinked,
    value: (x, threshold) => (x > threshold ? x : 0),
    first: (x, threshold) => Number(x > threshold),
    second: zero,
    kinks: (threshold) => [threshold],
    example: 0.8,
  },
  negativePart: { ...kinked, value: (x) => Math.min(x, 0), first: (x) => Number(x < 0), second: zero, kinks: atZero },
  elu: { ...curvedAndKinked, ...expOrLine((alpha) => alpha, 1), example: 0.9 },
  selu: { ...curvedAndKinked, ...expOrLine(() => SELU_SCALE * SELU_ALPHA, SELU_SCALE) },
  softsign: {
    ...curvedAndKinked,
    value: (x) => x / (1 + Math.abs(x)),
    first: (x) => (1 + Math.abs(x)) ** -2,
    second: (x) => -2 * Math.sign(x) * (1 + Math.abs(x)) ** -3,
    kinks: atZero,
  },
  /** clip(slope·x + 1/2, 0, 1); the slope is 0.2 in Keras 2 and tfjs, 1/6 in Keras 3. */
  hardSigmoid: {
    ...kinked,
    value: (x, slope) => Math.min(Math.max(slope * x + 0.5, 0), 1),
    first: (x, slope) => (Math.abs(slope * x) < 0.5 ? slope : 0),
    second: zero,
    kinks: (slope) => [-0.5 / slope, 0.5 / slope],
    range: [-4, 4],
    example: 0.2,
  },
} as const satisfies Record<string, ScalarFunction>;

export type FunctionName = keyof typeof functions;
