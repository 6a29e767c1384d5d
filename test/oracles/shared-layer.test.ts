import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditRequest, type Report, audit } from '../../src/index.js';
import { inferLikelihood } from '../../src/likelihoods/infer.js';
import { weightsOf } from '../../src/program/program.js';
import { float32Kernels } from '../support/backends.js';
import { type Outcome, enumerate } from '../support/labels.js';
import { sum } from '../support/numbers.js';
import { Experiment } from '../support/programs.js';
import { SHARED_ROWS, SHARED_WIDTH, saveShared, sharedInputs } from '../support/models/shared-layer.js';
import { load } from '../support/models/tfjs-models.js';

const folders = new Map<string, string>();

const folderOf = (name: string): string => folders.get(name)!;

beforeAll(async () => {
  await float32Kernels('cpu');
  for (const [name, from, to] of [
    ['shared', 0, SHARED_ROWS],
    ['shared, first rows', 0, 5],
    ['shared, last rows', 5, SHARED_ROWS],
  ] as const) {
    const folder = mkdtempSync(join(tmpdir(), 'fisher-audit-'));
    folders.set(name, folder);
    await saveShared(folder, from, to);
  }
});

afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

type Options = Omit<AuditRequest, 'model'>;

const auditOf = (name: string, options: Options = {}): Promise<Report> => audit({ model: folderOf(name), ...options });

type Layer = Report['layers'][number];

describe('a layer that is used several times', () => {
  const precision = 'float64';

  it('has the exact figures of brute force', async () => {
    const report = await auditOf('shared', { precision, parameters: 'all' });
    const truths = await bruteForce();
    const weights = report.layers.flatMap((layer) => layer.weights);
    expect(weights.map(({ name }) => name)).toEqual([...truths.keys()]);
    for (const { name, fisher, variance, parameters } of weights) {
      const truth = truths.get(name)!;
      const close = (found: number, wanted: number, what: string): void =>
        expect(Math.abs(found - wanted), `${name}: ${what}`).toBeLessThanOrEqual(1e-7 * truth.variance1);
      close(fisher.trace, truth.trace, 'trace');
      close(fisher.norm, truth.norm, 'norm');
      close(Number(variance.gradient) * parameters.total, truth.variance1, 'V₁');
      close(Number(variance.hessian) * parameters.total, truth.variance2, 'V₂');
    }
  });

  it('has no sampling error if all parameters are audited', async () => {
    const { layers } = await auditOf('shared', { precision, parameters: 'all' });
    expect(layers.map(({ samplingError }) => samplingError)).toEqual([0, 0]);
  });

  it('has subsets within four sampling errors of the whole', async () => {
    const [whole] = (await auditOf('shared', { precision, parameters: 'all' })).layers as [Layer];
    for (let seed = 0; seed < 30; seed++) {
      const [layer] = (await auditOf('shared', { precision, parameters: 15, seed })).layers as [Layer];
      expect(layer.parameters).toEqual({ total: 30, audited: 20 });
      expect(layer.samplingError).toBeGreaterThan(0);
      for (const [name, figure] of Object.entries(figures)) {
        const room = 4 * (layer.samplingError ?? NaN);
        expect(Math.abs(figure(layer) / figure(whole) - 1), `seed ${seed}: ${name}`).toBeLessThanOrEqual(room);
      }
    }
  });

  it('has the same subset for every input', async () => {
    const options = { precision, parameters: 7 } as const;
    const traces = [];
    for (const name of ['shared', 'shared, first rows', 'shared, last rows']) {
      traces.push((await auditOf(name, options)).layers[0]?.fisher.trace ?? NaN);
    }
    const [all = NaN, first = NaN, last = NaN] = traces;
    const mean = (5 * first + (SHARED_ROWS - 5) * last) / SHARED_ROWS;
    expect(Math.abs(all - mean)).toBeLessThanOrEqual(1e-12 * all);
  });
});

const figures: Record<string, (layer: Layer) => number> = {
  trace: ({ fisher }) => fisher.trace,
  'error of gradient': ({ estimators }) => estimators.gradient.runs[0]?.relativeError ?? NaN,
  'error of hessian': ({ estimators }) => estimators.hessian.runs[0]?.relativeError ?? NaN,
};

interface Truth {
  trace: number;
  norm: number;
  variance1: number;
  variance2: number;
}

/** Central differences for J and S, and sums over all labels: nothing of the tool but the forward pass. */
async function bruteForce(): Promise<Map<string, Truth>> {
  const lowered = await load(folderOf('shared'), [[SHARED_WIDTH]]);
  const { head } = lowered;
  expect(inferLikelihood(head, 'auto').family).toBe('categorical');
  const experiment = new Experiment(lowered.build.finish(head?.argument ?? NaN), [sharedInputs()], SHARED_ROWS);
  const labels = labelsOf(experiment);
  const truths = new Map<string, Truth>();
  for (const { id, weight } of weightsOf(experiment.program)) {
    const truth = { trace: 0, norm: 0, variance1: 0, variance2: 0 };
    for (const element of weight.values.keys()) {
      addParameter(truth, labels, derivativesAt(experiment.curve(id, weight.values, element)), experiment.width);
    }
    truths.set(weight.name, { ...truth, norm: Math.sqrt(truth.norm) });
  }
  return truths;
}

function labelsOf(experiment: Experiment): Outcome[][] {
  const h = experiment.outputs();
  const size = experiment.width;
  const shared = { family: 'categorical', title: '', shape: [size], size, noise: 1, moderate: true } as const;
  return Array.from({ length: SHARED_ROWS }, (_, row) =>
    enumerate({ ...shared, h: [...h.subarray(row * size, (row + 1) * size)] }),
  );
}

/** Differences with three steps, extrapolated twice (Romberg): the error is of the order h⁶. */
function derivativesAt(curve: (t: number) => Float64Array): { first: number[]; second: number[] } {
  const centre = curve(0);
  const rows = [2 ** -5, 2 ** -6, 2 ** -7].map((h) => {
    const [above, below] = [curve(h), curve(-h)];
    const difference = (f: (a: number, c: number, b: number) => number): number[] =>
      Array.from(centre, (c, k) => f(above[k]!, c, below[k]!));
    return {
      first: difference((a, _, b) => (a - b) / (2 * h)),
      second: difference((a, c, b) => (a - 2 * c + b) / h ** 2),
    };
  });
  const extrapolate = (lists: readonly number[][], factor: number): number[][] =>
    lists.slice(1).map((list, k) => list.map((x, i) => (factor * x - (lists[k]?.[i] ?? NaN)) / (factor - 1)));
  const romberg = (lists: number[][]): number[] => extrapolate(extrapolate(lists, 4), 16)[0]!;
  return { first: romberg(rows.map(({ first }) => first)), second: romberg(rows.map(({ second }) => second)) };
}

function addParameter(
  truth: Truth,
  labels: readonly Outcome[][],
  { first, second }: { first: number[]; second: number[] },
  width: number,
): void {
  let mean = 0;
  labels.forEach((outcomes, row) => {
    const expectation = (list: readonly number[], power: number): number =>
      sum(
        outcomes.map(({ probability, residual }) => {
          const projection = sum(residual.map((r, k) => r * list[row * width + k]!));
          return probability * projection ** power;
        }),
      );
    const information = expectation(first, 2);
    mean += information / labels.length;
    truth.variance1 += (expectation(first, 4) - information ** 2) / labels.length;
    truth.variance2 += expectation(second, 2) / labels.length;
  });
  truth.trace += mean;
  truth.norm += mean ** 2;
}
