import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { estimatorNames } from '../../src/estimators/index.js';
import { type AuditRequest, type Report, audit, exportFisher } from '../../src/index.js';
import type { ReadTensors } from '../support/files/tensor-files.js';
import { fixtureFolder } from '../support/models/oracles.js';
import { saveShared } from '../support/models/shared-layer.js';
import {
  type Options,
  expectClose,
  expectMultipliesBack,
  exportFolder,
  valuesOf,
} from '../support/reports/exported.js';

const { folder, exported } = exportFolder();

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

  it('estimates have, over the parameters, the error that the report states', async () => {
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

  it('batch size and memory change no byte', async () => {
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
function compare(
  { weights }: Report['layers'][number],
  estimate: ReadTensors,
  exact: ReadTensors,
): [number, number, number] {
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
