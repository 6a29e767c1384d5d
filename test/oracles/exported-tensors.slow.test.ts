import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { estimatorNames } from '../../src/estimators/index.js';
import { type AuditRequest, type ExportRequest, type Report, audit, exportFisher } from '../../src/index.js';
import { float32Kernels } from '../support/backends.js';
import { saveManyOutputs } from '../support/models/many-outputs.js';
import { describeSample } from '../support/numbers.js';
import { fixtureFolder, fixtureJson, fixturesWith, oracleFamily, oracleFolder } from '../support/models/oracles.js';
import { saveShared } from '../support/models/shared-layer.js';
import { type ReadTensors, readTensors } from '../support/files/tensor-files.js';

/** An exported file must multiply back to the report's figures to this. */
const AGREEMENT = 1e-6;

let folder: string;
beforeAll(async () => {
  await float32Kernels('cpu');
  folder = mkdtempSync(join(tmpdir(), 'fisher-audit-export-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Options = Omit<ExportRequest, 'model' | 'file'>;

async function exported(model: string, options: Options = {}, extension = 'safetensors'): Promise<ReadTensors> {
  const file = join(folder, `fisher.${extension}`);
  await exportFisher({ model, file, ...options });
  return readTensors(file);
}

type Layer = Report['layers'][number];
type Weight = Layer['weights'][number];

const valuesOf = ({ tensors }: ReadTensors, name: string): Float64Array | null => tensors.get(name)?.values ?? null;
const sumOf = (values: Float64Array | null): number | null => values?.reduce((sum, x) => sum + x, 0) ?? null;
const meanOf = (values: Float64Array | null): number | null => values && sumOf(values)! / values.length;

/** Equal to six digits (and what was rounded); what does not exist must not exist in either. */
function expectClose(found: number | null, wanted: number | null, what: string, rounding = 0): void {
  if (wanted === null) expect(found, what).toBeNull();
  else expect(Math.abs((found ?? NaN) - wanted), what).toBeLessThanOrEqual(AGREEMENT * Math.abs(wanted) + rounding);
}

/** Reports subtract squares to find a variance over the inputs: where there is none, their rounding is left. */
const roundingOf = ({ fisher, parameters }: Layer | Weight): number =>
  (64 * Number.EPSILON * fisher.norm ** 2) / parameters.total;

/** Whether tensors have the names, shapes and means that the report has. */
function expectMultipliesBack(file: ReadTensors, { layers }: Report): void {
  const names = layers.flatMap(({ weights }) =>
    weights.flatMap(({ name, variance }) => [
      name,
      `${name}.gradient_variance`,
      ...(variance.hessian === null ? [] : [`${name}.hessian_variance`]),
      `${name}.input_variance`,
    ]),
  );
  expect([...file.tensors.keys()].sort()).toEqual(names.sort());
  for (const layer of layers) {
    for (const weight of layer.weights) expectWeight(file, weight);
    const sums = (ending: string): number | null =>
      layer.weights.reduce<number | null>((sum, { name }) => {
        const own = sumOf(valuesOf(file, name + ending));
        return sum === null || own === null ? null : sum + own;
      }, 0);
    const mean = (ending: string): number | null => {
      const sum = sums(ending);
      return sum === null ? null : sum / layer.parameters.total;
    };
    expectClose(mean(''), layer.fisher.mean, `${layer.name}: mean`);
    expectClose(
      mean('.input_variance'),
      layer.fisher.inputVariance,
      `${layer.name}: input variance`,
      roundingOf(layer),
    );
    const { gradient, hessian } = layer.estimators;
    expectClose(mean('.gradient_variance'), gradient.variance, `${layer.name}: V₁`);
    if (hessian.variance !== null) expectClose(mean('.hessian_variance'), hessian.variance, `${layer.name}: V₂`);
  }
}

function expectWeight(file: ReadTensors, weight: Weight): void {
  const { name, shape, fisher, variance } = weight;
  for (const ending of ['', '.gradient_variance', '.input_variance'])
    expect(file.tensors.get(name + ending)?.shape, name + ending).toEqual(shape);
  const mean = (ending: string): number | null => meanOf(valuesOf(file, name + ending));
  expectClose(mean(''), fisher.mean, `${name}: mean`);
  expectClose(mean('.input_variance'), fisher.inputVariance, `${name}: input variance`, roundingOf(weight));
  expectClose(mean('.gradient_variance'), variance.gradient, `${name}: V₁`);
  expectClose(mean('.hessian_variance'), variance.hessian, `${name}: V₂`);
}

const settings: (Omit<AuditRequest, 'model' | 'samples'> & { name: string; title: string })[] = [
  { title: 'dense layers', name: 'mnist', inputs: 70 },
  { title: 'dense layers in float64', name: 'iris', precision: 'float64' },
  { title: 'dense layers behind relu', name: 'mnist-relu', inputs: 20 },
  { title: 'the same almost everywhere', name: 'mnist-relu', inputs: 20, kinks: 'almost-everywhere' },
  { title: 'one input', name: 'iris', inputs: 1 },
  { title: 'a gaussian', name: 'regression', noise: 0.3 },
  { title: 'some layers', name: 'iris', skipLayer: ['dense_2'] },
  { title: 'convolutions with relu and max pooling', name: 'mnist-lenet-relu', inputs: 9 },
  { title: 'convolutions with tanh', name: 'mnist-lenet-tanh', inputs: 4 },
  { title: 'residual blocks', name: 'mnist-resnet', inputs: 2 },
  { title: 'a recurrent layer', name: 'mnist-gru', inputs: 2 },
  { title: 'a shared layer', name: 'shared' },
];

const modelOf = (name: string): string => (name === 'shared' ? join(folder, 'shared') : fixtureFolder(name));

describe.each(settings)('$title ($name)', ({ name, title: _, ...options }) => {
  let report: Report;
  beforeAll(async () => {
    if (name === 'shared') {
      const { mkdirSync } = await import('node:fs');
      mkdirSync(modelOf(name), { recursive: true });
      await saveShared(modelOf(name));
    }
    report = await audit({ model: modelOf(name), ...options, parameters: 'all', samples: 16 });
  });

  it.each(['safetensors', 'npz'])('a .%s multiplies back to the figures of the report', async (extension) => {
    expectMultipliesBack(await exported(modelOf(name), options, extension), report);
  });

  it('estimates are, parameter by parameter, as far off as the report says', async () => {
    const exact = await exported(modelOf(name), options);
    for (const estimator of estimatorNames) {
      // Where Î₂ does not apply there is nothing to export.
      const kinked = report.layers.filter(({ estimators }) => estimators[estimator].runs.length === 0);
      const skipLayer = [...(options.skipLayer ?? []), ...kinked.map((layer) => layer.name)];
      const estimate = await exported(modelOf(name), { ...options, estimator, samples: [4, 16], skipLayer }, 'npz');
      for (const layer of report.layers.filter((one) => !kinked.includes(one))) {
        const { measured } = layer.estimators[estimator].runs[0]!;
        const [off, norm, trace] = compare(layer, estimate, exact);
        const what = `${layer.name}, ${estimator}`;
        expectClose(trace, measured.trace, `${what}: trace`);
        if (measured.relativeError !== null) expectClose(off / norm, measured.relativeError, `${what}: error`);
      }
    }
  });

  it('neither batches nor memory change a byte', async () => {
    const bytes = async (more: Options): Promise<Buffer> => {
      const file = join(folder, 'bytes.npz');
      await exportFisher({ model: modelOf(name), file, ...options, ...more });
      return readFileSync(file);
    };
    const whole = await bytes({});
    for (const more of [{ batchSize: 1 }, { batchSize: 7 }, { memory: 2 ** 26 }])
      expect((await bytes(more)).equals(whole), JSON.stringify(more)).toBe(true);
  });
});

/** ‖estimate − exact‖, ‖exact‖ and the sum of the estimate, over the parameters of a layer. */
function compare({ weights }: Layer, estimate: ReadTensors, exact: ReadTensors): [number, number, number] {
  let [off, norm, trace] = [0, 0, 0];
  for (const { name } of weights) {
    const truth = valuesOf(exact, name)!;
    valuesOf(estimate, name)!.forEach((x, k) => {
      off += (x - truth[k]!) ** 2;
      norm += truth[k]! ** 2;
      trace += x;
    });
  }
  return [Math.sqrt(off), Math.sqrt(norm), trace];
}

describe('oracle cases, parameter by parameter', () => {
  interface Truth {
    readonly shape: number[];
    readonly fisher: number[];
    readonly variance1: number[];
    readonly variance2: number[];
  }
  /** Values are written to ten digits. */
  const tolerance = 1e-9;

  it.each(fixturesWith('expected.json').map((name) => name.replace('oracle/', '')))('%s', async (name) => {
    const { weights } = fixtureJson(`oracle/${name}`, 'expected.json') as { weights: Record<string, Truth> };
    const options = { likelihood: oracleFamily(name), kinks: 'almost-everywhere', precision: 'float64' } as const;
    const file = await exported(oracleFolder(name), options);
    for (const [weight, { shape, fisher, variance1, variance2 }] of Object.entries(weights)) {
      expect(file.tensors.get(weight)?.shape, weight).toEqual(shape);
      // What is zero in the mathematics is rounding error in the oracle.
      const rounding = 1e-12 * Math.max(...variance1);
      for (const [ending, truth] of [
        ['', fisher],
        ['.gradient_variance', variance1],
        ['.hessian_variance', variance2],
      ] as const) {
        const values = valuesOf(file, weight + ending)!;
        expect(values).toHaveLength(truth.length);
        const off = truth.findIndex(
          (wanted, k) => !(Math.abs(values[k]! - wanted) <= tolerance * Math.abs(wanted) + rounding),
        );
        expect(off, `${weight}${ending}: ${values[off]}, not ${truth[off]}`).toBe(-1);
      }
    }
    const report = await audit({ model: oracleFolder(name), ...options, parameters: 'all' });
    expectMultipliesBack(file, report);
  });

  it.each(fixturesWith('expected.json').map((name) => name.replace('oracle/', '')))('%s in float32', async (name) => {
    const options = { likelihood: oracleFamily(name), kinks: 'almost-everywhere' } as const;
    const report = await audit({ model: oracleFolder(name), ...options, parameters: 'all' });
    expectMultipliesBack(await exported(oracleFolder(name), options, 'npz'), report);
  });
});

it('the variance of an estimate is that of a draw, divided by draws and inputs', async () => {
  const [seeds, samples, model] = [60, 8, fixtureFolder('iris')];
  const exact = await exported(model);
  const inputs = Number(exact.metadata['inputs']);
  for (const estimator of ['gradient', 'hessian'] as const) {
    // By how much squared errors exceed the variance that is stated, over all parameters, relative to it.
    const ratios: number[] = [];
    for (let seed = 0; seed < seeds; seed++) {
      const estimate = await exported(model, { estimator, samples, seed }, 'npz');
      let [squares, stated] = [0, 0];
      for (const [name, { values }] of exact.tensors) {
        const variances = valuesOf(exact, `${name}.${estimator}_variance`);
        if (!variances) continue;
        const found = valuesOf(estimate, name)!;
        values.forEach((x, k) => (squares += (found[k]! - x) ** 2));
        stated += sumOf(variances)! / (samples * inputs);
      }
      ratios.push(squares / stated);
    }
    const { mean, meanError } = describeSample(ratios);
    expect(Math.abs(mean - 1), `${estimator}: ${mean}`).toBeLessThanOrEqual(4 * meanError);
  }
});

describe('more outputs than draws', () => {
  let model: string;
  beforeAll(async () => {
    model = await saveManyOutputs(folder, 'softmax', 0);
  });

  it('estimates are marked, and multiply back to those of the report', async () => {
    const report = await audit({ model, parameters: 'all', samples: 16, seed: 3 });
    const file = await exported(model, { samples: 16, seed: 3 });
    expectMultipliesBack(file, report);
    const estimated = report.layers.filter(({ estimators }) => !estimators.gradient.exact);
    expect(estimated).toHaveLength(4);
    expect(file.metadata['exact']).toBe('false');
    // Some biases are cheap enough to be exact, which the report does not tell of a layer.
    const weights = estimated.flatMap((layer) => layer.weights.map(({ name }) => name));
    const marked = JSON.parse(file.metadata['estimated'] ?? '') as string[];
    expect(weights).toEqual(expect.arrayContaining(marked));
    expect(marked).toEqual(expect.arrayContaining(weights.filter((name) => name.endsWith('kernel'))));
    expect(file.metadata['conventions']).toContain('no exact values');
  });

  it('an estimate Î₁ is that of the draws, and Î₂ is refused', async () => {
    const report = await audit({ model, parameters: 'all', samples: 16 });
    const file = await exported(model, { samples: 16, estimator: 'gradient' });
    for (const { name, weights, estimators } of report.layers) {
      const trace = weights.reduce((sum, weight) => sum + (sumOf(valuesOf(file, weight.name)) ?? NaN), 0);
      expectClose(trace, estimators.gradient.runs[0]?.measured.trace ?? NaN, name);
    }
    const options = { samples: 16, estimator: 'hessian', kinks: 'almost-everywhere' } as const;
    await expect(exported(model, options)).rejects.toMatchObject({
      code: 'FA304',
      message: expect.stringContaining('too many outputs to estimate Î₂ for first, second, third, fourth') as string,
    });
  });

  it('with more draws than outputs they are exact', async () => {
    const { metadata } = await exported(model, { samples: 300 });
    expect(metadata).toMatchObject({ exact: 'true', estimated: '[]' });
  });
});
