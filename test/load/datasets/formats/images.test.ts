import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { imagesDecodedBy } from '../../../../src/load/datasets/formats/images.js';
import { likelihoods } from '../../../../src/likelihoods/index.js';
import { withOwnLabels } from '../../../../src/load/datasets/own-labels.js';
import { openDataset } from '../../../../src/load/datasets/open-dataset.js';
import { fixture, run } from '../../../support/terminal.js';
import { messageOf, plain, readAll, wants } from '../../../support/files/data-files.js';
import { firstPixels, imageFolders, png, storedImages } from '../../../support/files/image-folders.js';

const { folder, inside } = imageFolders();

describe('folders of images', () => {
  it('give the same scaled rows in batches of any size, every time', async () => {
    const dataset = await openDataset(join(storedImages, 'keras'), wants(6, 5, 3), {
      ...plain,
      scale: 1 / 255,
      offset: -0.5,
    });
    const all = await readAll(dataset, 100);
    expect(Math.max(...all[0]!)).toBeLessThanOrEqual(0.5);
    expect(Math.min(...all[0]!)).toBeLessThan(-0.4);
    for (const size of [1, 2, 7]) expect(await readAll(dataset, size)).toEqual(all);
    expect((await readAll(dataset, 2, 3))[0]).toEqual(all[0]!.slice(0, 270));
  });

  it('use the size of the first image for open sizes, with a warning', async () => {
    const place = inside('open', { '1.png': await png(3, 2), '2.png': await png(5, 5) });
    const dataset = await openDataset(place, wants(null, null, 3), { ...plain, rescales: true });
    expect(dataset.shapes).toEqual([[2, 3, 3]]);
    expect(dataset.warnings).toEqual([{ kind: 'images-resized', height: 2, width: 3, like: 'open/1.png' }]);
    expect((await openDataset(place, wants(7, null, 3), plain)).shapes).toEqual([[7, 3, 3]]);
  });

  it('warn about pixels up to 255, unless something rescales them', async () => {
    const warnings = async (options: object): Promise<readonly object[]> =>
      (await openDataset(join(storedImages, 'same'), wants(2, 2), { ...plain, ...options })).warnings;
    expect(await warnings({})).toEqual([{ kind: 'pixels-from-0-to-255' }]);
    expect(await warnings({ scale: 1 / 255 })).toEqual([]);
    expect(await warnings({ offset: -127.5 })).toEqual([]);
    expect(await warnings({ rescales: true })).toEqual([]);
  });

  it('are audited', async () => {
    const place = join(folder, 'audited');
    cpSync(fixture('oracle/conv-relu-maxpool'), place, {
      recursive: true,
      filter: (path) => !/inputs|x\.np/.test(path),
    });
    cpSync(join(storedImages, 'keras'), join(place, 'dataset'), { recursive: true });
    const { status, stdout, stderr } = await run([place, '--json', '--backend', 'cpu']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ data: { inputs: 7, available: 7, synthetic: false } });
    expect(stderr).toMatch(/^warning: pixels are numbers from 0 to 255.*\n$/);
  });
});

describe('folders that cannot be read as images', () => {
  it.each([[[784]], [[3, 28, 28]], [[28, 28, 2]], [[2, 28, 28, 3]], [[]]])(
    'for inputs of shape %j are refused',
    async (shape) => {
      expect(await messageOf('FA104', join(storedImages, 'same'), wants(...shape))).toContain(
        'images do not fit the model\'s input "dense_input"',
      );
    },
  );

  it('for several inputs are refused', async () => {
    const two = ['a', 'b'].map((name) => ({ name, shape: [2, 2] }));
    expect(await messageOf('FA104', join(storedImages, 'same'), two)).toContain(
      'one input, but the model has 2: "a", "b"',
    );
  });

  it('are an error that names sharp if it is not installed', async () => {
    const missing = Object.assign(new Error("Cannot find package 'sharp'"), { code: 'ERR_MODULE_NOT_FOUND' });
    const open = (error: Error): Promise<unknown> =>
      imagesDecodedBy(() => Promise.reject(error)).open(join(storedImages, 'same'), wants(2, 2));
    await expect(open(missing)).rejects.toThrow(
      'FA100 folders of images cannot be read · the optional package sharp is not installed · npm install sharp',
    );
    await expect(open(new Error('no binary'))).rejects.toThrow('FA100 folders of images cannot be read · no binary');
  });
});

describe('labels of images', () => {
  const form = { blocks: 1, blockSize: 3, range: likelihoods.categorical.labels };
  const options = { ...plain, labels: true };

  async function labelsIn(place: string, own = form): Promise<number[]> {
    const dataset = withOwnLabels(await openDataset(place, wants(1, 1), options), own);
    const all: number[] = [];
    for await (const { labels } of dataset.batches(2, Infinity)) all.push(...(labels ?? []));
    return all;
  }

  it('are the numbers of their folders, in the order of names as text, as in Keras', async () => {
    const place = inside('classes', {
      'b9/1.png': await png(1, 1, 1),
      'b9/deep/2.png': await png(1, 1, 2),
      'b10/1.png': await png(1, 1, 3),
      'empty/notes.txt': 'no image',
      '.cache/1.png': 'no image',
    });
    expect(await firstPixels(place)).toEqual([1, 2, 3]);
    expect(await labelsIn(place)).toEqual([1, 1, 0]);
  });

  it('are refused if the number of folders is not the number of classes', async () => {
    const place = inside('few', { 'a/1.png': await png(1, 1), 'b/1.png': await png(1, 1) });
    await expect(labelsIn(place)).rejects.toThrow(
      /^FA106 few array "label": there are 2 folders of images, but the model has 3/,
    );
    const binary = { blocks: 1, blockSize: 1, range: likelihoods.bernoulli.labels };
    expect(await labelsIn(place, binary)).toEqual([0, 1]);
  });

  it('do not exist if an image is in no folder', async () => {
    const place = inside('mixed', { 'a/1.png': await png(1, 1), '1.png': await png(1, 1) });
    await expect(labelsIn(place)).rejects.toThrow(/^FA106 --labels: .* has no labels/);
  });
});
