import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { type ExportRequest, type Report, exportFisher } from '../../../src/index.js';
import { float32Kernels } from '../backends.js';
import { type ReadTensors, readTensors } from '../files/tensor-files.js';

/* Exports, read again, and compared with the figures of the report. */

/** An exported file must multiply back to the report's figures to this. */
const AGREEMENT = 1e-6;

/** Options of an export, apart from its files. */
export type Options = Omit<ExportRequest, 'model' | 'file'>;

/** A temporary folder for exports, and a function that exports a model into it and reads the file. */
export function exportFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'fisher-audit-export-'));
  beforeAll(() => float32Kernels('cpu'));
  afterAll(() => rmSync(folder, { recursive: true }));
  async function exported(model: string, options: Options = {}, extension = 'safetensors'): Promise<ReadTensors> {
    const file = join(folder, `fisher.${extension}`);
    await exportFisher({ model, file, ...options });
    return readTensors(file);
  }
  return { folder, exported };
}

type Layer = Report['layers'][number];
type Weight = Layer['weights'][number];

export const valuesOf = ({ tensors }: ReadTensors, name: string): Float64Array | null =>
  tensors.get(name)?.values ?? null;
export const sumOf = (values: Float64Array | null): number | null => values?.reduce((sum, x) => sum + x, 0) ?? null;
const meanOf = (values: Float64Array | null): number | null => values && sumOf(values)! / values.length;

/** Equal to six digits (and what was rounded); what does not exist must not exist in either. */
export function expectClose(found: number | null, wanted: number | null, what: string, rounding = 0): void {
  if (wanted === null) expect(found, what).toBeNull();
  else expect(Math.abs((found ?? NaN) - wanted), what).toBeLessThanOrEqual(AGREEMENT * Math.abs(wanted) + rounding);
}

/** Reports subtract squares to find a variance over the inputs: where there is none, their rounding is left. */
const roundingOf = ({ fisher, parameters }: Layer | Weight): number =>
  (64 * Number.EPSILON * fisher.norm ** 2) / parameters.total;

/** Whether tensors have the names, shapes and means that the report has. */
export function expectMultipliesBack(file: ReadTensors, { layers }: Report): void {
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
