import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Report, audit } from '../../src/index.js';
import { float32Kernels } from '../support/backends.js';
import { OUTPUTS, saveManyOutputs } from '../support/models/many-outputs.js';
import { describeSample } from '../support/numbers.js';

/*
 * With more outputs than draws the gradients of drawn labels stand for the derivatives of all outputs. More draws than
 * outputs make the same audit exact: the figures of the former must on average be those of the latter.
 */
const SEEDS = 40;
const ERRORS = 4;

let folder: string;

beforeAll(async () => {
  await float32Kernels('cpu');
  folder = mkdtempSync(join(tmpdir(), 'fisher-audit-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each([
  { activation: 'softmax', confidence: 0 },
  { activation: 'softmax', confidence: 9 },
  { activation: 'sigmoid', confidence: 0 },
])('$activation outputs, more than draws, one favoured by $confidence', ({ activation, confidence }) => {
  let exact: Report;
  let drawn: Report[];

  beforeAll(async () => {
    const model = await saveManyOutputs(folder, activation, confidence);
    exact = await audit({ model, samples: 2 * OUTPUTS, labels: true, backend: 'wasm' });
    drawn = [];
    for (let seed = 0; seed < SEEDS; seed++)
      drawn.push(await audit({ model, samples: [8, 64], labels: true, seed, backend: 'wasm' }));
  });

  it('marks exact figures', () => {
    const flags = ({ layers }: Report): boolean[] => layers.map(({ estimators }) => estimators.gradient.exact);
    expect(flags(exact)).toEqual([true, true, true, true, true]);
    expect(flags(drawn[0]!)).toEqual([false, false, false, false, true]);
    const [first] = drawn[0]!.layers;
    expect(first?.estimators.gradient.bounds).toBeNull();
    expect(first?.estimators.gradient.runs.map(({ measured }) => measured.relativeError)).toEqual([null, null]);
    expect(first?.estimators.hessian.exact).toBe(false);
    expect([exact.run.scoredDraws, drawn[0]?.run.scoredDraws]).toEqual([null, 64]);
  });

  it.each([
    ['trace', ({ fisher }: Report['layers'][number]) => fisher.trace],
    ['squared norm', ({ fisher }: Report['layers'][number]) => fisher.norm ** 2],
    ['variance over the inputs', ({ fisher }: Report['layers'][number]) => fisher.inputVariance],
    ['variance of a draw', ({ estimators }: Report['layers'][number]) => estimators.gradient.variance ?? NaN],
  ] as const)('the %s is unbiased', (what, figure) => {
    exact.layers.forEach((layer, l) => {
      const { mean, meanError } = describeSample(drawn.map(({ layers }) => figure(layers[l]!)));
      const room = ERRORS * meanError + 1e-5 * Math.abs(figure(layer));
      expect(
        Math.abs(mean - figure(layer)),
        `${layer.name}, ${what}: ${mean}, not ${figure(layer)}`,
      ).toBeLessThanOrEqual(room);
    });
  });

  it('the stated sampling error covers the variation between seeds', () => {
    exact.layers.slice(0, -1).forEach((layer, l) => {
      const [run] = layer.estimators.gradient.runs;
      const truth = (run?.relativeError ?? NaN) * Math.sqrt((run?.samples ?? NaN) / 64);
      const covered = drawn.filter(({ layers }) => {
        const { estimators, samplingError } = layers[l]!;
        const found = estimators.gradient.runs.at(-1)?.relativeError ?? NaN;
        return Math.abs(found - truth) <= ERRORS * (samplingError ?? Infinity) * found;
      });
      expect(covered.length / SEEDS, layer.name).toBeGreaterThanOrEqual(0.9);
      // All parameters share the drawn labels, so the trace moves more than the spread of single parameters suggests.
      const traces = drawn.filter(({ layers }) => {
        const { fisher, samplingError } = layers[l]!;
        return Math.abs(fisher.trace / layer.fisher.trace - 1) <= 1.96 * (samplingError ?? Infinity);
      });
      // 95 % of 40, less three standard errors.
      expect(traces.length, layer.name).toBeGreaterThanOrEqual(34);
      const stated = drawn.map(({ layers }) => layers[l]?.samplingError ?? NaN);
      expect(Math.min(...stated), layer.name).toBeLessThan(0.25);
    });
  });

  it('the empirical Fisher needs no draws', () => {
    const figures = ({ empirical }: Report['layers'][number]): number[] => [
      empirical?.trace ?? NaN,
      empirical?.norm ?? NaN,
    ];
    for (const { layers } of drawn) {
      layers.forEach((layer, l) => {
        const wanted = figures(exact.layers[l]!);
        figures(layer).forEach((found, k) => {
          expect(Math.abs(found / wanted[k]! - 1), layer.name).toBeLessThanOrEqual(1e-4);
        });
        expect(layer.empirical).toEqual({
          ...drawn[0]!.layers[l]?.empirical,
          cosine: layer.empirical?.cosine,
        });
      });
    }
  });

  it('the estimate of fewer draws is that of these draws alone', () => {
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
