import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/kernels/float64.js';
import { Builder } from '../../src/program/build.js';
import { cotangentsFrom } from '../../src/program/cotangent.js';
import { evaluate, uploadConstants } from '../../src/program/evaluate.js';
import { outputJets } from '../../src/program/jet.js';
import { heldElements, livenessOf } from '../../src/program/liveness.js';
import type { Program, ValueId } from '../../src/program/program.js';
import { float32Kernels } from '../support/backends.js';
import { Random } from '../support/random.js';

const SIZE = 64;
const STEPS = 1000;

/** Many small linear steps between a weight and a curved one; and a weight at the end. */
function chain(steps: number): { program: Program; first: ValueId; last: ValueId } {
  const build = new Builder();
  const random = new Random('chain');
  const weight = (name: string): ValueId =>
    build.weight({ name, layer: name, shape: [SIZE], trainable: true, values: random.values([SIZE]) });
  const [first, last] = [weight('first'), weight('last')];
  let value = build.multiply(build.input([SIZE]), first);
  for (let step = 0; step < steps; step++) value = build.reshape(build.affine(value, 0.999, 0.001), [8, SIZE / 8]);
  const curved = build.map(build.reshape(value, [SIZE]), 'tanh');
  return { program: build.finish(build.multiply(curved, last)), first, last };
}

describe('what an evaluation holds', () => {
  it('is the same for any number of linear steps', () => {
    for (const steps of [10, STEPS]) {
      const { program, first, last } = chain(steps);
      const held = (...starts: ValueId[]): number => heldElements(program, livenessOf(program, starts, []));
      // Input, argument and result of tanh, output.
      expect(held(first, last)).toBe(4 * SIZE);
      // The result of tanh is the factor of the last weight; what comes before it is released.
      expect(held(last)).toBe(2 * SIZE);
    }
  });

  it('counts a value that is read besides, and every argument of a function that is not linear', () => {
    const { program, last } = chain(10);
    expect(heldElements(program, livenessOf(program, [last], program.inputs))).toBe(3 * SIZE);
    const build = new Builder();
    const start = build.input([SIZE]);
    let value = start;
    for (let step = 0; step < 10; step++) value = build.map(value, 'relu');
    const kinked = build.finish(value);
    expect(heldElements(kinked, livenessOf(kinked, [start], []))).toBe(11 * SIZE);
  });

  it('is freed where nothing reads it', async () => {
    const kernels = await float32Kernels('wasm');
    const { program, first, last } = chain(STEPS);
    const random = new Random('inputs');
    const inputs = [random.values([2, SIZE])];
    const liveness = livenessOf(program, [first, last], []);
    const constants = uploadConstants(kernels, program);
    const before = memory().numTensors;
    const trace = evaluate(kernels, program, constants, inputs, 2, liveness);
    expect(memory().numTensors - before).toBeLessThan(10);
    trace.free();
    expect(memory().numTensors).toBe(before);
    kernels.free([...constants.values()]);
  });

  it.each(['first', 'last'] as const)('suffices for the derivatives along the %s weight', (name) => {
    const { program, ...starts } = chain(20);
    const start = starts[name];
    const random = new Random(name);
    const inputs = [random.values([2, SIZE])];
    const constants = uploadConstants(float64, program);
    const seeds = float64.tensor(random.values([1, 2, SIZE]), [1, 2, SIZE]);
    const [whole, released] = [null, livenessOf(program, [start], [])].map((liveness) => {
      const trace = evaluate(float64, program, constants, inputs, 2, liveness);
      const jets = outputJets(trace, start, [0, 5], 2);
      return [jets.first, jets.second, cotangentsFrom(trace, seeds, [start]).get(start)].map((tensor) =>
        tensor ? Array.from(float64.read(tensor)) : null,
      );
    });
    expect(released).toEqual(whole);
  });
});
