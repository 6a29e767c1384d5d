import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { estimatorNames } from '../../src/estimators/index.js';
import { type AuditRequest, type Report, audit, reportSchema } from '../../src/index.js';
import { float32Kernels } from '../support/backends.js';
import { oracleFamily, oracleFolder } from '../support/models/oracles.js';
import { SHARED_ROWS, saveShared } from '../support/models/shared-layer.js';
import { fixture } from '../support/terminal.js';

const shared = mkdtempSync(join(tmpdir(), 'fisher-audit-'));
afterAll(() => rmSync(shared, { recursive: true }));

beforeAll(async () => {
  await float32Kernels('cpu');
  await saveShared(shared, 0, SHARED_ROWS);
});

const folderOf = (name: string): string => (name === 'shared' ? shared : fixture(name));

type Options = Omit<AuditRequest, 'model'>;

const auditOf = (name: string, options: Options = {}): Promise<Report> => audit({ model: folderOf(name), ...options });

/** A report without what is measured in seconds. */
function lasting({ run, layers, ...rest }: Report): object {
  const { seconds: _, ...settings } = run;
  return {
    ...rest,
    run: settings,
    layers: layers.map((layer) => ({ ...layer, estimators: untimed(layer.estimators) })),
  };
}

type Layer = Report['layers'][number];

function untimed(all: Layer['estimators']): object {
  const one = ({ cost: { secondsPerDraw: _, ...cost }, ...rest }: Layer['estimators']['gradient']): object => ({
    ...rest,
    cost,
  });
  return { gradient: one(all.gradient), hessian: one(all.hessian) };
}

const settings: (Options & { name: string; title: string })[] = [
  { title: 'iris in float32 on wasm', name: 'iris', backend: 'wasm' },
  { title: 'iris in float32 on cpu', name: 'iris', backend: 'cpu' },
  { title: 'iris in float64', name: 'iris', precision: 'float64' },
  { title: 'mnist', name: 'mnist', inputs: 70 },
  { title: 'mnist with relu', name: 'mnist-relu', inputs: 20, kinks: 'almost-everywhere' },
  { title: 'convolutions with relu and max pooling', name: 'mnist-lenet-relu', inputs: 9 },
  { title: 'a subset of convolutions with tanh', name: 'mnist-lenet-tanh', inputs: 9, parameters: 40 },
  { title: 'a shared layer', name: 'shared' },
  { title: 'a subset of a shared layer', name: 'shared', parameters: 7 },
  { title: 'one parameter of a shared layer', name: 'shared', parameters: 1 },
];

describe.each(settings)('$title', ({ name, title: _, ...options }) => {
  const samples = [8, 64, 512];
  let whole: Report;
  beforeAll(async () => {
    whole = await auditOf(name, { ...options, samples });
  });

  it('memory, which decides how the work is divided, changes nothing', async () => {
    const report = await auditOf(name, { ...options, samples, memory: 2 ** 26 });
    expect(lasting(report)).toEqual(lasting(whole));
  });

  it.each([1, 7, 256])('the batch size (%i) changes nothing', async (batchSize) => {
    const report = await auditOf(name, { ...options, samples, batchSize });
    expect(lasting(report)).toEqual(lasting(whole));
  });

  it('the order of the sample counts changes nothing', async () => {
    const report = await auditOf(name, { ...options, samples: [512, 8, 64, 8] });
    expect(lasting(report)).toEqual(lasting(whole));
  });

  it.each(samples)('%i draws alone give the figures of these draws within a list', async (count) => {
    const report = await auditOf(name, { ...options, samples: [count] });
    report.layers.forEach((layer, l) => {
      const known = whole.layers[l]!;
      for (const estimator of estimatorNames) {
        const of = (one: Layer): object[] => one.estimators[estimator].runs.filter((run) => run.samples === count);
        expect(of(layer), `${layer.name}, ${estimator}`).toEqual(of(known));
      }
      expect(withoutRuns(layer)).toEqual(withoutRuns(known));
    });
  });

  it('costs of derivatives do not grow with the number of draws', async () => {
    const few = await auditOf(name, { ...options, samples: [1] });
    const flops = ({ layers }: Report): unknown =>
      layers.map(({ estimators }) =>
        estimatorNames.map((estimator) => {
          const { variance, cost } = estimators[estimator];
          if (variance === null) {
            expect(cost).toEqual({ flopsPerInput: null, flopsPerDraw: null, secondsPerDraw: null });
            return null;
          }
          // The units of the final layer are the outputs themselves: no operation lies between.
          expect(cost.flopsPerInput).toBeGreaterThanOrEqual(0);
          // Second derivatives that are zero cost nothing to contract.
          expect(cost.flopsPerDraw).toBeGreaterThanOrEqual(estimator === 'gradient' ? 1 : 0);
          return [cost.flopsPerInput, cost.flopsPerDraw];
        }),
      );
    expect(flops(few)).toEqual(flops(whole));
  });

  it('no variance is outside its bounds', () => expectWithinBounds(whole));

  it('the report survives JSON and its own schema', () => {
    expect(reportSchema.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
  });
});

function withoutRuns({ estimators, ...rest }: Layer): object {
  const each = untimed(estimators) as Record<string, { runs: unknown }>;
  return { ...rest, estimators: Object.values(each).map(({ runs: _, ...others }) => others) };
}

function expectWithinBounds({ layers }: Report): void {
  for (const { name, estimators } of layers) {
    for (const estimator of estimatorNames) {
      const { variance, bounds } = estimators[estimator];
      if (variance === null || bounds === null) continue;
      const slack = 1e-12 * bounds.upper;
      expect(bounds.lower, `${name}, ${estimator}`).toBeLessThanOrEqual(variance + slack);
      expect(variance, `${name}, ${estimator}`).toBeLessThanOrEqual(bounds.upper + slack);
    }
  }
}

it.each(['mlp-relu-softmax', 'mlp-sigmoid-binary', 'mlp-softplus-gaussian', 'mlp-tanh-multilabel', 'mlp-tanh-poisson'])(
  '%s: no variance is outside its bounds',
  async (name) => {
    const model = oracleFolder(name);
    expectWithinBounds(await audit({ model, likelihood: oracleFamily(name), kinks: 'almost-everywhere' }));
  },
);

it('labels whose variance overflows are refused', async () => {
  const tiny = audit({ model: oracleFolder('mlp-softplus-gaussian'), noise: 1e-90 });
  await expect(tiny).rejects.toMatchObject({ code: 'FA401' });
});
