import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Report, audit } from '../../src/index.js';
import { float32Kernels } from '../support/backends.js';
import { describeSample } from '../support/numbers.js';
import { Random } from '../support/random.js';
import { functional, makeLayer, randomise, save } from '../support/tfjs-models.js';

/*
 * With more outputs than draws the gradients of drawn labels stand for the derivatives of all outputs. More draws than
 * outputs make the same audit exact: the figures of the former must on average be those of the latter.
 */
const OUTPUTS = 150;
const INPUTS = 6;
const SIDE = 5;
const SEEDS = 40;
const ERRORS = 4;

/** Deep enough for reverse passes to be worth it. */
const NAMES = ['first', 'second', 'third', 'fourth'];

let folder: string;

async function writeNetwork(activation: string): Promise<string> {
  const network = functional([[SIDE, SIDE, 2]], (inputs) => {
    const layers = [
      ...NAMES.map((name) =>
        makeLayer('Conv2D', { name, filters: 8, kernelSize: 3, padding: 'same', activation: 'relu' }),
      ),
      makeLayer('GlobalAveragePooling2D', { name: 'pool' }),
      // Labels that are all the same would tell nothing.
      makeLayer('Rescaling', { name: 'calm', scale: 0.03, offset: 0 }),
      makeLayer('Dense', { name: 'last', units: OUTPUTS, activation }),
    ];
    return layers.reduce((value, layer) => layer.apply(value) as SymbolicTensor, inputs[0] as SymbolicTensor);
  });
  randomise(network, new Random(activation));
  const own = join(folder, activation);
  mkdirSync(own);
  await save(network, own);
  const x = new Random('inputs').values([INPUTS, SIDE * SIDE * 2], -1, 1);
  const rows = Array.from({ length: INPUTS }, (_, row) =>
    Array.from(x.subarray(row * SIDE * SIDE * 2, (row + 1) * SIDE * SIDE * 2)).join(','),
  );
  writeFileSync(join(own, 'dataset.csv'), `${rows.join('\n')}\n`);
  return own;
}

beforeAll(async () => {
  await float32Kernels('cpu');
  folder = mkdtempSync(join(tmpdir(), 'fisher-audit-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(['softmax', 'sigmoid'])('%s outputs, more than draws', (activation) => {
  let exact: Report;
  let drawn: Report[];

  beforeAll(async () => {
    const model = await writeNetwork(activation);
    exact = await audit({ model, samples: 2 * OUTPUTS, backend: 'wasm' });
    drawn = [];
    for (let seed = 0; seed < SEEDS; seed++)
      drawn.push(await audit({ model, samples: [8, 64], seed, backend: 'wasm' }));
  });

  it('says which figures are exact', () => {
    const flags = ({ layers }: Report): boolean[] => layers.map(({ estimators }) => estimators.gradient.exact);
    expect(flags(exact)).toEqual([true, true, true, true, true]);
    expect(flags(drawn[0] as Report)).toEqual([false, false, false, false, true]);
    const [first] = (drawn[0] as Report).layers;
    expect(first?.estimators.gradient.bounds).toBeNull();
    expect(first?.estimators.gradient.runs.map(({ measured }) => measured.relativeError)).toEqual([null, null]);
    expect(first?.estimators.hessian.exact).toBe(true);
  });

  it.each([
    ['trace', ({ fisher }: Report['layers'][number]) => fisher.trace],
    ['squared norm', ({ fisher }: Report['layers'][number]) => fisher.norm ** 2],
    ['variance over the inputs', ({ fisher }: Report['layers'][number]) => fisher.inputVariance],
    ['variance of a draw', ({ estimators }: Report['layers'][number]) => estimators.gradient.variance ?? NaN],
  ] as const)('the %s is unbiased', (what, figure) => {
    exact.layers.forEach((layer, l) => {
      const { mean, meanError } = describeSample(drawn.map(({ layers }) => figure(layers[l] as typeof layer)));
      const room = ERRORS * meanError + 1e-5 * Math.abs(figure(layer));
      expect(
        Math.abs(mean - figure(layer)),
        `${layer.name}, ${what}: ${mean}, not ${figure(layer)}`,
      ).toBeLessThanOrEqual(room);
    });
  });

  it('the sampling error that is stated covers what seeds do to the figures', () => {
    exact.layers.slice(0, -1).forEach((layer, l) => {
      const own = drawn.map(({ layers }) => layers[l] as typeof layer);
      const errors = own.map(({ estimators }) => estimators.gradient.runs.at(-1)?.relativeError ?? NaN);
      const { mean, variance } = describeSample(errors);
      const stated = own[0]?.samplingError ?? NaN;
      const seen = Math.sqrt(variance) / mean;
      expect(seen, layer.name).toBeLessThanOrEqual(stated);
      expect(seen, layer.name).toBeGreaterThan(stated / 20);
    });
  });

  it('the estimate of fewer draws is the one of these draws alone', () => {
    const [report] = drawn;
    for (const { estimators, name } of report?.layers ?? []) {
      const [few, many] = estimators.gradient.runs.map(({ measured }) => measured.trace);
      expect(few, name).not.toBe(many);
    }
    const traces = (samples: number): number[] =>
      drawn.map(
        ({ layers }) =>
          layers[0]?.estimators.gradient.runs.find((run) => run.samples === samples)?.measured.trace ?? NaN,
      );
    expect(describeSample(traces(8)).meanError).toBeGreaterThan(describeSample(traces(64)).meanError);
  });
});
