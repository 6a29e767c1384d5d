import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import type { Shape } from '../../src/kernels/kernels.js';
import { float32Kernels } from '../support/backends.js';
import { checkNetwork } from '../support/models/networks.js';
import { Random } from '../support/random.js';
import { functional, makeLayer } from '../support/models/tfjs-models.js';

/**
 * Random networks: branches, joins, shared layers and sequences in combinations that nobody would think of.
 * All values have one shape, so that anything may follow anything.
 */
const NETWORKS = 40;
const STEPS = 5;
const shapes: readonly Shape[] = [[3], [2, 3]];

type Step = (random: Random, values: readonly SymbolicTensor[], shape: Shape) => SymbolicTensor;

const apply = (className: string, config: object, values: SymbolicTensor | SymbolicTensor[]): SymbolicTensor =>
  makeLayer(className, config).apply(values) as SymbolicTensor;
const one = <T>(random: Random, values: readonly T[]): T => values[random.integer(values.length)] as T;

/** Two different values: tfjs frees an argument that is given twice too early. */
const two = (random: Random, values: readonly SymbolicTensor[]): SymbolicTensor[] =>
  random.shuffled(values).slice(0, 2);

const unary =
  (className: string, config: object): Step =>
  (random, values) =>
    apply(className, config, one(random, values));

const binary =
  (className: string): Step =>
  (random, values) =>
    apply(className, {}, two(random, values));

const dense = (shape: Shape): object => ({ units: shape.at(-1), activation: 'tanh' });

const steps: Step[] = [
  (random, values, shape) => apply('Dense', dense(shape), one(random, values)),
  (random, values, shape) => {
    const shared = makeLayer('Dense', dense(shape));
    const first = shared.apply(one(random, values)) as SymbolicTensor;
    return shared.apply(random.next() < 0.5 ? first : one(random, values)) as SymbolicTensor;
  },
  (random, values, shape) => {
    const joined = apply('Concatenate', { axis: -1 }, two(random, values));
    return apply('Dense', { units: shape.at(-1), useBias: false }, joined);
  },
  (random, values, shape) => {
    const flat = shape.length > 1 ? apply('Flatten', {}, one(random, values)) : one(random, values);
    const whole = apply('Dense', { units: shape.reduce((a, b) => a * b), activation: 'sigmoid' }, flat);
    return apply('Reshape', { targetShape: [...shape] }, whole);
  },
  (random, values) => {
    const shared = makeLayer('BatchNormalization', {});
    return apply(
      'Multiply',
      {},
      two(random, values).map((value) => shared.apply(value) as SymbolicTensor),
    );
  },
  unary('LayerNormalization', { epsilon: 0.1 }),
  unary('BatchNormalization', {}),
  unary('Activation', { activation: 'softplus' }),
  unary('Softmax', { axis: -1 }),
  ...['Add', 'Multiply', 'Average'].map(binary),
];

/** One of these per network at most: behind each other they tie wherever both are 0. */
const kinked: Step[] = [
  unary('PReLU', {}),
  unary('Activation', { activation: 'relu' }),
  unary('Activation', { activation: 'elu' }),
  binary('Maximum'),
  binary('Minimum'),
];

function randomNetwork(random: Random, shape: Shape): LayersModel {
  return functional([shape], ([input]) => {
    const start = input!;
    const values = [apply('BatchNormalization', {}, start), apply('Dense', dense(shape), start)];
    for (let step = 0; step < STEPS; step++) {
      const choice = step === 2 && random.next() < 0.7 ? kinked : steps;
      values.push(one(random, choice)(random, values, shape));
    }
    const ends = values.slice(-2).map((value) => apply('BatchNormalization', {}, value));
    return apply('Activation', { activation: 'tanh' }, apply('Multiply', {}, ends));
  });
}

beforeAll(() => float32Kernels('cpu'));

const cases = Array.from({ length: NETWORKS }, (_, k) => [k, shapes[k % shapes.length]!] as const);

it.each(cases)('random network %i of shape [%s]', async (seed, shape) => {
  const network = randomNetwork(new Random(`network ${seed}`), shape);
  expect(network.countParams()).toBeGreaterThan(0);
  await checkNetwork(network, [shape], new Random(seed));
});
