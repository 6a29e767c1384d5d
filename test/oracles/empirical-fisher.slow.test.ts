import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AuditRequest, type Report, audit } from '../../src/index.js';
import { likelihoods } from '../../src/likelihoods/index.js';
import { openDataset } from '../../src/load/datasets/open-dataset.js';
import { openNetwork } from '../../src/workflows/front-ends.js';
import { lowerFor } from '../../src/workflows/stages/lower.js';
import { weightsOf } from '../../src/program/program.js';
import { npzOf, plain, readAll, temporaryFolder } from '../support/files/data-files.js';
import { type Outcome, enumerate } from '../support/labels.js';
import { sum } from '../support/numbers.js';
import { fixtureFolder, oracleFamily, oracleFolder } from '../support/models/oracles.js';
import { Experiment } from '../support/programs.js';
import { Random } from '../support/random.js';

/* The empirical Fisher of labels beside the inputs: mean over the inputs of (J·r)² for the residual r of each label. */

const { folder } = temporaryFolder();
let files = 0;
function dataset(arrays: Parameters<typeof npzOf>[0]): string {
  const path = join(folder, `${files++}.npz`);
  writeFileSync(path, npzOf(arrays));
  return path;
}

/** A small network with its inputs and all labels that each of them may have. */
interface Oracle {
  readonly name: string;
  readonly experiment: Experiment;
  readonly inputs: readonly number[];
  readonly rowShape: readonly number[];
  /** Every label of each row. */
  readonly outcomes: readonly Outcome[][];
}

async function oracleOf(name: string): Promise<Oracle> {
  const network = await openNetwork(oracleFolder(name), Infinity);
  const wanted = network.inputs;
  const read = await openDataset(join(oracleFolder(name), 'inputs.json'), wanted, plain);
  const [inputs = []] = await readAll(read);
  const rowShape = read.shapes[0]!;
  const family = oracleFamily(name);
  const { program, outputs } = lowerFor(network, [rowShape], family);
  const rows = inputs.length / rowShape.reduce((product, size) => product * size, 1);
  const experiment = new Experiment(program, [Float64Array.from(inputs)], rows);
  const h = experiment.outputs();
  const size = experiment.width / likelihoods[family].blocks(outputs);
  const outcomes = Array.from({ length: rows }, (_, row) => {
    const own = [...h.subarray(row * experiment.width, (row + 1) * experiment.width)];
    return enumerate({ family, title: name, h: own, shape: outputs, size, noise: 1, moderate: true });
  });
  return { name, experiment, inputs, rowShape, outcomes };
}

/** The audit of some rows with these labels, one list for each row. */
function auditWith(
  { name, inputs, rowShape, experiment }: Oracle,
  labels: readonly (readonly number[])[],
  options: Partial<AuditRequest> = {},
): Promise<Report> {
  const some = inputs.slice(0, (inputs.length / experiment.rows) * labels.length);
  const data = dataset({
    x: [[labels.length, ...rowShape], some],
    y: [[labels.length, labels[0]?.length ?? 0], labels.flat()],
  });
  const likelihood = oracleFamily(name);
  return audit({ model: oracleFolder(name), data, likelihood, labels: true, kinks: 'almost-everywhere', ...options });
}

const weightsIn = ({ layers }: Report): Report['layers'][number]['weights'] => layers.flatMap(({ weights }) => weights);

describe.each([
  'mlp-tanh-softmax',
  'mlp-tanh-multilabel',
  'mlp-sigmoid-binary',
  'mlp-softplus-gaussian',
  'mlp-tanh-poisson',
  'conv-tanh-avgpool',
  'time-distributed-dense',
  'masked-gru',
])('%s', (name) => {
  let oracle: Oracle;
  let labels: number[][];
  let chosen: Outcome[];
  beforeAll(async () => {
    oracle = await oracleOf(name);
    const random = new Random(name);
    chosen = oracle.outcomes.map((all) => all[random.integer(Math.min(all.length, 20))]!);
    labels = chosen.map(({ label }) => [...label]);
  });

  it.each([
    ['float64', 1e-9],
    ['float32', 1e-4],
  ] as const)('agrees in %s with brute force, to %d', async (precision, tolerance) => {
    const { experiment, outcomes } = oracle;
    const report = await auditWith(oracle, labels, { precision, parameters: 'all' });
    const ids = new Map(weightsOf(experiment.program).map(({ id, weight }) => [weight.name, id]));
    for (const { name: weight, empirical, fisher } of weightsIn(report)) {
      const scores = (outcomesOfRow: (row: number) => readonly Outcome[]): number[] =>
        experiment.reverse(ids.get(weight) ?? NaN).map((j) => {
          const rows = Array.from({ length: experiment.rows }, (_, row) =>
            sum(outcomesOfRow(row).map((one) => one.probability * score(j, one, row, experiment.width) ** 2)),
          );
          return sum(rows) / experiment.rows;
        });
      const own = scores((row) => [{ ...chosen[row]!, probability: 1 }]);
      const exact = scores((row) => outcomes[row]!);
      const norm = (list: readonly number[]): number => Math.sqrt(sum(list.map((x) => x * x)));
      const close = (found: number | null | undefined, wanted: number, what: string): void =>
        expect(Math.abs((found ?? NaN) - wanted), `${weight}: ${what}`).toBeLessThanOrEqual(tolerance * wanted + 1e-18);
      close(empirical?.trace, sum(own), 'trace');
      close(empirical?.mean, sum(own) / own.length, 'mean');
      close(empirical?.norm, norm(own), 'norm');
      close(fisher.norm, norm(exact), 'norm of the information');
      const product = sum(own.map((x, k) => x * exact[k]!));
      close(empirical?.cosine, product / norm(own) / norm(exact), 'cosine');
    }
  });

  it('changes nothing else in the report', async () => {
    const rest = (report: Report): object =>
      report.layers.map(({ empirical: _, weights, estimators, ...layer }) => ({
        ...layer,
        weights: weights.map(({ empirical: __, ...weight }) => weight),
        runs: [estimators.gradient.runs, estimators.hessian.runs],
      }));
    const without = await auditWith(oracle, labels, { labels: false });
    expect(rest(await auditWith(oracle, labels))).toEqual(rest(without));
    expect(without.layers.map(({ empirical }) => empirical)).toEqual(without.layers.map(() => null));
  });
});

function score(j: Float64Array, { residual }: Outcome, row: number, width: number): number {
  return sum(residual.map((r, k) => r * j[row * width + k]!));
}

/* Of counts there are too many. */
it.each([
  'mlp-tanh-softmax',
  'mlp-tanh-multilabel',
  'mlp-sigmoid-binary',
  'mlp-softplus-gaussian',
  'conv-tanh-avgpool',
  'time-distributed-dense',
  'masked-gru',
])('%s: its mean over all labels, weighted by probability, is the Fisher information', async (name) => {
  const oracle = await oracleOf(name);
  const traces = new Map<string, number>();
  let weights: ReturnType<typeof weightsIn> = [];
  for (const { label, probability } of oracle.outcomes[0]!) {
    weights = weightsIn(await auditWith(oracle, [label], { precision: 'float64', samples: 1 }));
    for (const { name: weight, empirical } of weights) {
      traces.set(weight, (traces.get(weight) ?? 0) + probability * (empirical?.trace ?? NaN));
    }
  }
  expect(weights.length).toBeGreaterThan(0);
  for (const { name: weight, fisher } of weights) {
    expect(Math.abs((traces.get(weight) ?? NaN) - fisher.trace), weight).toBeLessThanOrEqual(1e-12 * fisher.trace);
  }
});

describe('batches', () => {
  it.each([
    ['mnist', {}],
    ['mnist-relu', { kinks: 'almost-everywhere' }],
    ['mnist-lenet-relu', {}],
    ['mnist-lenet-tanh', { parameters: 40 }],
  ] as const)('of %s change nothing by their size', async (name, options) => {
    const figures = async (batchSize: number): Promise<unknown> => {
      const request = { model: fixtureFolder(name), inputs: 10, labels: true, batchSize, ...options };
      const { layers, data } = await audit(request);
      return [layers.map(({ empirical, weights }) => [empirical, weights.map((weight) => weight.empirical)]), data];
    };
    const whole = await figures(256);
    for (const size of [1, 7]) expect(await figures(size)).toEqual(whole);
    expect(JSON.stringify(whole)).not.toContain('null,null');
  });
});
