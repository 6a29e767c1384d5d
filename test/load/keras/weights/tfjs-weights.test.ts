import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { io } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { float32Kernels } from '../../../support/backends.js';
import {
  type SavedModel,
  type WeightSpec,
  keras3Single,
  loaded,
  openKeras,
  outputs,
  refusalText,
  withWeights,
  writeSaved,
} from '../../../support/models/models.js';
import { Random } from '../../../support/random.js';
import { inFolder } from '../../../support/models/tfjs-models.js';
import { inputsFor, written, refused, smallModel } from '../../../support/models/small-models.js';

beforeAll(() => float32Kernels('cpu'));

describe('weight files', () => {
  const inputs = inputsFor([[3]], 'weights');
  const run = async (saved: SavedModel): Promise<Float64Array> => outputs(await written(saved, loaded), inputs);

  it.each([1, 3, 7, 16, 50])('are joined when cut into pieces of %i bytes', async (size) => {
    const saved = await smallModel();
    const bytes = saved.files['weights.bin']!;
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, k) =>
      bytes.subarray(k * size, (k + 1) * size),
    );
    const named = pieces.map((piece, k) => [`parts/group1-shard${k + 1}of${pieces.length}.bin`, piece] as const);
    const [group] = saved.json.weightsManifest;
    const manifest = [{ paths: named.map(([name]) => name), weights: group!.weights }];
    const cut = { json: { ...saved.json, weightsManifest: manifest }, files: Object.fromEntries(named) };
    expect([...(await run(cut))]).toEqual([...(await run(saved))]);
  });

  it('may be in several groups', async () => {
    const saved = await smallModel();
    const bytes = saved.files['weights.bin']!;
    let at = 0;
    const files: Record<string, Uint8Array> = {};
    const manifest = saved.json.weightsManifest[0]!.weights.map((spec, k) => {
      const end = at + 4 * spec.shape.reduce((a, b) => a * b, 1);
      files[`${k}.bin`] = bytes.subarray(at, end);
      at = end;
      return { paths: [`${k}.bin`], weights: [spec] };
    });
    const apart = { json: { ...saved.json, weightsManifest: manifest.reverse() }, files };
    expect([...(await run(apart))]).toEqual([...(await run(saved))]);
  });

  it('are found from the path of the folder', async () => {
    const saved = await smallModel();
    await inFolder(async (folder) => {
      writeSaved(folder, saved);
      expect((await openKeras(folder)).path).toBe(join(folder, 'model.json'));
      expect([...outputs(await loaded(folder), inputs)]).toEqual([...(await run(saved))]);
    });
  });

  it('may hold the state of an optimizer, which is ignored', async () => {
    const saved = structuredClone(await smallModel());
    const [group] = saved.json.weightsManifest;
    group!.weights.push({ name: 'iter', shape: [], dtype: 'int32', group: 'optimizer' });
    saved.files['weights.bin'] = Buffer.concat([saved.files['weights.bin']!, Buffer.alloc(4)]);
    expect([...(await run(saved))]).toEqual([...(await run(await smallModel()))]);
  });

  const quantizations = {
    uint8: { dtype: 'uint8', scale: 0.011, min: -1.3 },
    uint16: { dtype: 'uint16', scale: 3e-5, min: -0.9 },
    float16: { dtype: 'float16' },
  };

  it.each(Object.keys(quantizations) as (keyof typeof quantizations)[])(
    'quantised to %s are restored as by tfjs',
    async (kind) => {
      const { json } = await smallModel();
      const quantised = (spec: WeightSpec): WeightSpec => ({ ...spec, quantization: quantizations[kind] });
      const specs = json.weightsManifest[0]!.weights.map(quantised);
      const count = specs.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
      const random = new Random(kind);
      // Halves: any sign, exponents 0 (subnormal) to 15, so that sums stay small.
      const codes = Uint16Array.from({ length: count }, () => random.integer(2 ** 16) & 0xbfff);
      const data = kind === 'uint8' ? Uint8Array.from(codes) : codes;
      const bytes = new Uint8Array(data.buffer);
      const weights = io.decodeWeights(bytes.slice().buffer, specs as io.WeightsManifestEntry[]);
      const lowered = await written(
        {
          json: { ...json, weightsManifest: [{ paths: ['q.bin'], weights: specs }] },
          files: { 'q.bin': bytes },
        },
        loaded,
      );
      for (const { name, values } of lowered.layers.flatMap((layer) => layer.weights)) {
        expect([...values], name).toEqual([...weights[name]!.dataSync()]);
      }
    },
  );

  it.each([
    ['a scale', { dtype: 'uint8', min: 0 }],
    ['a minimum', { dtype: 'uint16', scale: 1 }],
    ['a known type', { dtype: 'int4', scale: 1, min: 0 }],
  ])('quantised without %s are refused', async (_, quantization) => {
    const saved = await smallModel();
    saved.json.weightsManifest[0]!.weights[0]!.quantization = quantization;
    expect(await refused('FA202', saved)).toContain('weightsManifest.0.weights.0.quantization');
  });
});

describe('names of weights', () => {
  it.each(['sequential/own/kernel', 'own/kernel', 'own/own/kernel:0', 'a/b/own/kernel'])(
    'the weight of a layer may be called %s',
    async (name) => {
      const topology = keras3Single('Dense', { units: 1, activation: 'linear', use_bias: false });
      const lowered = await written(
        withWeights(topology, {
          [name]: [
            [3, 1],
            [1, 10, 100],
          ],
        }),
        loaded,
      );
      expect([...outputs(lowered, [[1, 2, 3]])]).toEqual([321]);
      expect(lowered.layers.flatMap(({ weights }) => weights.map((weight) => weight.name))).toEqual([name]);
    },
  );

  it('weights numbered by the converter are refused with advice', async () => {
    const topology = keras3Single('Dense', { units: 1, activation: 'linear', use_bias: false });
    const saved = withWeights(topology, {
      'layers/dense/vars/0': [
        [3, 1],
        [1, 2, 3],
      ],
    });
    expect(await refused('FA203', saved)).toContain('model.keras');
  });
});

describe('paths of weight files', () => {
  const secret = Buffer.from(Float32Array.from({ length: 26 }, (_, k) => k).buffer);

  it.each(['../secret.bin', '/etc/passwd', 'a/../../secret.bin', 'link.bin', 'folder/secret.bin', '..', 'a\0b'])(
    'the path %j stays in the folder',
    async (name) => {
      await inFolder(async (outer) => {
        const folder = join(outer, 'model');
        mkdirSync(join(folder, 'a'), { recursive: true });
        writeFileSync(join(outer, 'secret.bin'), secret);
        symlinkSync(join(outer, 'secret.bin'), join(folder, 'link.bin'));
        symlinkSync(outer, join(folder, 'folder'));
        const saved = await smallModel();
        saved.json.weightsManifest[0]!.paths = [name];
        const path = writeSaved(folder, saved);
        if (name === 'a\0b') expect(await refusalText('FA202', path)).toContain('control characters');
        else expect(await refusalText('FA203', path)).toContain("lies outside the model's folder");
      });
    },
  );

  it('a link within the folder is followed', async () => {
    await inFolder(async (folder) => {
      const saved = await smallModel();
      const path = writeSaved(folder, saved);
      symlinkSync(join(folder, 'weights.bin'), join(folder, 'link.bin'));
      saved.json.weightsManifest[0]!.paths = ['link.bin'];
      writeFileSync(path, JSON.stringify(saved.json));
      await loaded(path);
      saved.json.weightsManifest.push({ paths: ['weights.bin'], weights: [] });
      writeFileSync(path, JSON.stringify(saved.json));
      expect(await refusalText('FA203', path)).toContain('names the file "weights.bin" twice');
    });
  });
});
