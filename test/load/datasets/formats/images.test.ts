import { cpSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { imagesDecodedBy } from '../../../../src/load/datasets/formats/images.js';
import { likelihoods } from '../../../../src/likelihoods/index.js';
import { withOwnLabels } from '../../../../src/load/datasets/own-labels.js';
import { findDataset, openDataset } from '../../../../src/load/datasets/open-dataset.js';
import { fixture, run } from '../../../support/terminal.js';
import { messageOf, plain, readAll, readValues, temporaryFolder, wants } from '../../../support/files/data-files.js';

const data = fileURLToPath(new URL('data/images/', import.meta.url));
const expected = JSON.parse(readFileSync(join(data, 'expected.json'), 'utf8')) as Record<
  string,
  { rgb: number[]; grayscale: number[] }
>;
const { folder } = temporaryFolder();

/** A folder of these files, by their paths in it. */
function inside(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), contents);
  }
  return place;
}

/** A PNG of one colour: red 4, green 5, blue 6, or the grey that is given. */
async function png(width: number, height: number, grey?: number): Promise<Buffer> {
  const [r, g, b] = grey === undefined ? [4, 5, 6] : [grey, grey, grey];
  return sharp({ create: { width, height, channels: 3, background: { r: r!, g: g!, b: b! } } })
    .png()
    .toBuffer();
}

/** The first number of each image. */
async function firsts(path: string): Promise<number[]> {
  return (await readValues(path, wants(1, 1))).map(Math.round);
}

describe('images as Keras reads them', () => {
  const rows = 6 * 5;
  const names = Object.keys(expected)
    .filter((name) => name.startsWith('keras/'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  /** TensorFlow computes places in float32: its error is that of the place times the steepest slope there can be. */
  const tolerance = 255 * 67 * 2 ** -22 + 1e-4;
  /** JPEG leaves the last bits to the decoder, and TensorFlow takes a faster one. */
  const toleranceOf = (name: string): number => (name.endsWith('.jpg') ? 4 : tolerance);

  it('in colour', async () => {
    const values = await readValues(join(data, 'keras'), wants(6, 5, 3));
    expect(values).toHaveLength(names.length * rows * 3);
    names.forEach((name, k) => {
      expected[name]!.rgb.forEach((value, i) => {
        expect(Math.abs(values[k * rows * 3 + i]! - value), name).toBeLessThan(toleranceOf(name));
      });
    });
  });

  it('in grey, but that TensorFlow rounds it down', async () => {
    for (const shape of [
      [6, 5],
      [6, 5, 1],
    ]) {
      const values = await readValues(join(data, 'keras'), wants(...shape));
      expect(values).toHaveLength(names.length * rows);
      names.forEach((name, k) => {
        expected[name]!.grayscale.forEach((value, i) => {
          expect(Math.abs(values[k * rows + i]! - value), name).toBeLessThan(1 + toleranceOf(name));
        });
      });
    }
  });

  it('of GIF, the first frame', async () => {
    const still = await readValues(join(data, 'still'), wants(6, 5, 3));
    expected['still/c/x.gif']!.rgb.forEach((value, i) => expect(still[i]).toBeCloseTo(value, 3));
    expect(await readValues(join(data, 'moving'), wants(1, 1, 3))).toEqual([255, 0, 0]);
  });
});

describe('images of other kinds', () => {
  it('hold the same pixels in PNG, WebP and TIFF, with alpha and without', async () => {
    const values = await readValues(join(data, 'same'), wants(5, 8, 3));
    const [first, ...others] = [0, 1, 2, 3, 4].map((k) => values.slice(120 * k, 120 * (k + 1)));
    expect(new Set(first).size).toBeGreaterThan(50);
    for (const other of others) expect(other).toEqual(first);
  });

  it('have the channels that the model wants; what is transparent is black', async () => {
    const place = join(data, 'alpha');
    expect(await readValues(place, wants(1, 1, 4))).toEqual([200, 100, 50, 51]);
    expect(await readValues(place, wants(1, 1, 3))).toEqual([40, 20, 10]);
    expect(await readValues(place, wants(1, 1, 1))).toEqual([Math.round(0.299 * 40 + 0.587 * 20 + 0.114 * 10)]);
    expect((await openDataset(place, wants(2, 2, null), plain)).shapes).toEqual([[2, 2, 3]]);
  });

  it('of 16 bits and of four inks become 8-bit red, green and blue; a note on how to turn them is not followed', async () => {
    expect(await readValues(join(data, 'deep'), wants(1, 1, 3))).toEqual([77, 77, 77]);
    expect(await readValues(join(data, 'cmyk'), wants(5, 8, 3))).toHaveLength(120);
    const turned = await openDataset(join(data, 'turned'), wants(null, null, 3), plain);
    expect(turned.shapes).toEqual([[5, 8, 3]]);
  });
});

describe('folders of images', () => {
  it('are read in the order of names, numbers by value, their own images before those of folders', async () => {
    const grey = (value: number): Promise<Buffer> => png(2, 2, value);
    const place = inside('order', {
      'b10/1.png': await grey(7),
      'b9/1.png': await grey(5),
      'b9/B.png': await grey(6),
      'x10.png': await grey(4),
      'x9.PNG': await grey(1),
      'x09.png': await grey(2),
      'x9a.png': await grey(3),
      'notes.txt': 'no image',
      'b9/.hidden.png': 'no image',
      '.cache/1.png': 'no image',
    });
    expect(await firsts(place)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect((await openDataset(place, wants(1, 1), plain)).available).toBe(7);
  });

  it('follow links to images inside, and none that lead out or to folders', async () => {
    const outside = inside('outside', { 'secret.png': await png(1, 1, 9) });
    const place = inside('links', { 'a/1.png': await png(1, 1, 1) });
    symlinkSync(join(place, 'a', '1.png'), join(place, 'z.png'));
    symlinkSync(join(outside, 'secret.png'), join(place, 'secret.png'));
    symlinkSync(outside, join(place, 'more'));
    symlinkSync(place, join(place, 'a', 'round'));
    symlinkSync(join(place, 'nowhere'), join(place, 'broken.png'));
    expect(await firsts(place)).toEqual([1, 1]);
    const only = inside('only-links', {});
    symlinkSync(join(outside, 'secret.png'), join(only, 'x.png'));
    expect(await messageOf('FA105', only, wants(1, 1))).toContain('links out of the folder are not followed');
  });

  it('give the same rows in batches of any size, again and again, scaled', async () => {
    const dataset = await openDataset(join(data, 'keras'), wants(6, 5, 3), { ...plain, scale: 1 / 255, offset: -0.5 });
    const all = await readAll(dataset, 100);
    expect(Math.max(...all[0]!)).toBeLessThanOrEqual(0.5);
    expect(Math.min(...all[0]!)).toBeLessThan(-0.4);
    for (const size of [1, 2, 7]) expect(await readAll(dataset, size)).toEqual(all);
    expect((await readAll(dataset, 2, 3))[0]).toEqual(all[0]!.slice(0, 270));
  });

  it('take open sizes from the first image, with a warning', async () => {
    const place = inside('open', { '1.png': await png(3, 2), '2.png': await png(5, 5) });
    const dataset = await openDataset(place, wants(null, null, 3), { ...plain, rescales: true });
    expect(dataset.shapes).toEqual([[2, 3, 3]]);
    expect(dataset.warnings).toEqual([{ kind: 'images-resized', height: 2, width: 3, like: 'open/1.png' }]);
    expect((await openDataset(place, wants(7, null, 3), plain)).shapes).toEqual([[7, 3, 3]]);
  });

  it('warn of pixels up to 255, unless something rescales them', async () => {
    const warnings = async (options: object): Promise<readonly object[]> =>
      (await openDataset(join(data, 'same'), wants(2, 2), { ...plain, ...options })).warnings;
    expect(await warnings({})).toEqual([{ kind: 'pixels-from-0-to-255' }]);
    expect(await warnings({ scale: 1 / 255 })).toEqual([]);
    expect(await warnings({ offset: -127.5 })).toEqual([]);
    expect(await warnings({ rescales: true })).toEqual([]);
  });

  it('lie beside the model as dataset or x, where there are images in them', async () => {
    const place = inside('beside', { 'x/1.png': await png(1, 1), 'dataset/readme.txt': 'none here' });
    expect(await findDataset(place)).toBe(join(place, 'x/'));
    writeFileSync(join(place, 'x.csv'), '1');
    expect(await findDataset(place)).toBe(join(place, 'x.csv'));
  });

  it('are audited', async () => {
    const place = join(folder, 'audited');
    cpSync(fixture('oracle/conv-relu-maxpool'), place, {
      recursive: true,
      filter: (path) => !/inputs|x\.np/.test(path),
    });
    cpSync(join(data, 'keras'), join(place, 'dataset'), { recursive: true });
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
      expect(await messageOf('FA104', join(data, 'same'), wants(...shape))).toContain(
        'images do not fit the model\'s input "dense_input"',
      );
    },
  );

  it('for several inputs are refused', async () => {
    const two = ['a', 'b'].map((name) => ({ name, shape: [2, 2] }));
    expect(await messageOf('FA104', join(data, 'same'), two)).toContain('one input, but the model has 2: "a", "b"');
  });

  it('are told where sharp is not there', async () => {
    const missing = Object.assign(new Error("Cannot find package 'sharp'"), { code: 'ERR_MODULE_NOT_FOUND' });
    const open = (error: Error): Promise<unknown> =>
      imagesDecodedBy(() => Promise.reject(error)).open(join(data, 'same'), wants(2, 2));
    await expect(open(missing)).rejects.toThrow(
      'FA100 folders of images cannot be read · the optional package sharp is not installed · npm install sharp',
    );
    await expect(open(new Error('no binary'))).rejects.toThrow('FA100 folders of images cannot be read · no binary');
  });

  it('without images are told', async () => {
    expect(await messageOf('FA105', inside('none', { 'x.txt': '1' }), wants(2, 2))).toContain(
      'the folder none has no images · names of images end in .png',
    );
    const single = join(data, 'same', 'x.png');
    expect(await messageOf('FA101', single, wants(5, 8, 3))).toContain('give the folder of the image');
  });
});

describe('damaged images', () => {
  const whole = readFileSync(join(data, 'keras/b/1.png'));
  const photo = readFileSync(join(data, 'keras/c/photo.jpg'));

  it.each([
    ['text.png', 'hello', 'text.png is not a PNG, JPEG, WebP, GIF or TIFF image'],
    ['empty.jpg', '', 'empty.jpg is not a PNG'],
    ['drawn.png', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', 'drawn.png is not a PNG'],
    ['start.png', whole.subarray(0, 20), 'start.png cannot be decoded'],
    ['cut.png', whole.subarray(0, whole.length / 2), 'cut.png cannot be decoded'],
    ['cut.jpg', photo.subarray(0, photo.length / 2), 'cut.jpg cannot be decoded'],
  ])('%s is named', async (name, contents, message) => {
    const place = inside(`damaged-${name}`, { [`cats/${name}`]: contents });
    expect(await messageOf('FA102', place, wants(2, 2))).toContain(`damaged-${name}/cats/${message}`);
  });

  it('are named only when it is their turn', async () => {
    const place = inside('later', { '1.png': whole, '2.png': whole, '3.png': 'damaged' });
    const dataset = await openDataset(place, wants(2, 2), plain);
    expect((await readAll(dataset, 2, 2))[0]).toHaveLength(8);
    await expect(readAll(dataset, 2, 3)).rejects.toThrow('FA102 later/3.png is not a PNG');
  });

  it('with more pixels than any image are refused by their header', async () => {
    const huge = Buffer.from(await png(1, 1));
    huge.writeUInt32BE(60_000, 16);
    huge.writeUInt32BE(60_000, 20);
    huge.writeUInt32BE(crc32(huge.subarray(12, 29)), 29);
    expect(await messageOf('FA102', inside('huge', { 'x.png': huge }), wants(2, 2))).toContain(
      'huge/x.png has 60000 x 60000 pixels, and at most 67108864 are decoded',
    );
  });

  it('of absurd length are not read', async () => {
    const place = inside('long', { 'x.png': whole });
    truncateSync(join(place, 'x.png'), 2 ** 29);
    expect(await messageOf('FA100', place, wants(2, 2))).toContain('long/x.png is too large · it has 536870912 bytes');
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
    expect(await firsts(place)).toEqual([1, 2, 3]);
    expect(await labelsIn(place)).toEqual([1, 1, 0]);
  });

  it('are refused where folders are not as many as classes', async () => {
    const place = inside('few', { 'a/1.png': await png(1, 1), 'b/1.png': await png(1, 1) });
    await expect(labelsIn(place)).rejects.toThrow(
      /^FA106 few array "label": there are 2 folders of images, but the model has 3/,
    );
    const binary = { blocks: 1, blockSize: 1, range: likelihoods.bernoulli.labels };
    expect(await labelsIn(place, binary)).toEqual([0, 1]);
  });

  it('do not exist where an image lies in no folder', async () => {
    const place = inside('mixed', { 'a/1.png': await png(1, 1), '1.png': await png(1, 1) });
    await expect(labelsIn(place)).rejects.toThrow(/^FA106 --labels: .* has no labels/);
  });
});
