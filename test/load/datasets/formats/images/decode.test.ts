import { readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../../../../src/load/datasets/open-dataset.js';
import { messageOf, plain, readAll, readValues, wants } from '../../../../support/files/data-files.js';
import { imageFolders, png, storedImages } from '../../../../support/files/image-folders.js';

const expected = JSON.parse(readFileSync(join(storedImages, 'expected.json'), 'utf8')) as Record<
  string,
  { rgb: number[]; grayscale: number[] }
>;
const { inside } = imageFolders();

describe('images as Keras reads them', () => {
  const rows = 6 * 5;
  const names = Object.keys(expected)
    .filter((name) => name.startsWith('keras/'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  /** TensorFlow computes places in float32: its error is that of the place times the steepest slope there can be. */
  const tolerance = 255 * 67 * 2 ** -22 + 1e-4;
  /** JPEG leaves the last bits to the decoder, and TensorFlow takes a faster one. */
  const toleranceOf = (name: string): number => (name.endsWith('.jpg') ? 4 : tolerance);

  it('agree in colour', async () => {
    const values = await readValues(join(storedImages, 'keras'), wants(6, 5, 3));
    expect(values).toHaveLength(names.length * rows * 3);
    names.forEach((name, k) => {
      expected[name]!.rgb.forEach((value, i) => {
        expect(Math.abs(values[k * rows * 3 + i]! - value), name).toBeLessThan(toleranceOf(name));
      });
    });
  });

  it("agree in grey, apart from TensorFlow's rounding down", async () => {
    for (const shape of [
      [6, 5],
      [6, 5, 1],
    ]) {
      const values = await readValues(join(storedImages, 'keras'), wants(...shape));
      expect(values).toHaveLength(names.length * rows);
      names.forEach((name, k) => {
        expected[name]!.grayscale.forEach((value, i) => {
          expect(Math.abs(values[k * rows + i]! - value), name).toBeLessThan(1 + toleranceOf(name));
        });
      });
    }
  });

  it('are the first frame of a GIF', async () => {
    const still = await readValues(join(storedImages, 'still'), wants(6, 5, 3));
    expected['still/c/x.gif']!.rgb.forEach((value, i) => expect(still[i]).toBeCloseTo(value, 3));
    expect(await readValues(join(storedImages, 'moving'), wants(1, 1, 3))).toEqual([255, 0, 0]);
  });
});

describe('images of other kinds', () => {
  it('hold the same pixels in PNG, WebP and TIFF, with alpha and without', async () => {
    const values = await readValues(join(storedImages, 'same'), wants(5, 8, 3));
    const [first, ...others] = [0, 1, 2, 3, 4].map((k) => values.slice(120 * k, 120 * (k + 1)));
    expect(new Set(first).size).toBeGreaterThan(50);
    for (const other of others) expect(other).toEqual(first);
  });

  it('have the channels that the model needs, and transparent pixels are black', async () => {
    const place = join(storedImages, 'alpha');
    expect(await readValues(place, wants(1, 1, 4))).toEqual([200, 100, 50, 51]);
    expect(await readValues(place, wants(1, 1, 3))).toEqual([40, 20, 10]);
    expect(await readValues(place, wants(1, 1, 1))).toEqual([Math.round(0.299 * 40 + 0.587 * 20 + 0.114 * 10)]);
    expect((await openDataset(place, wants(2, 2, null), plain)).shapes).toEqual([[2, 2, 3]]);
  });

  it('of 16 bits and in CMYK become 8-bit RGB, and an EXIF orientation is ignored', async () => {
    expect(await readValues(join(storedImages, 'deep'), wants(1, 1, 3))).toEqual([77, 77, 77]);
    expect(await readValues(join(storedImages, 'cmyk'), wants(5, 8, 3))).toHaveLength(120);
    const turned = await openDataset(join(storedImages, 'turned'), wants(null, null, 3), plain);
    expect(turned.shapes).toEqual([[5, 8, 3]]);
  });
});

describe('damaged images', () => {
  const whole = readFileSync(join(storedImages, 'keras/b/1.png'));
  const photo = readFileSync(join(storedImages, 'keras/c/photo.jpg'));

  it.each([
    ['text.png', 'hello', 'text.png is not a PNG, JPEG, WebP, GIF or TIFF image'],
    ['empty.jpg', '', 'empty.jpg is not a PNG'],
    ['drawn.png', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', 'drawn.png is not a PNG'],
    ['start.png', whole.subarray(0, 20), 'start.png cannot be decoded'],
    ['cut.png', whole.subarray(0, whole.length / 2), 'cut.png cannot be decoded'],
    ['cut.jpg', photo.subarray(0, photo.length / 2), 'cut.jpg cannot be decoded'],
  ])('include %s, which is named', async (name, contents, message) => {
    const place = inside(`damaged-${name}`, { [`cats/${name}`]: contents });
    expect(await messageOf('FA102', place, wants(2, 2))).toContain(`damaged-${name}/cats/${message}`);
  });

  it('are named only when they are read', async () => {
    const place = inside('later', { '1.png': whole, '2.png': whole, '3.png': 'damaged' });
    const dataset = await openDataset(place, wants(2, 2), plain);
    expect((await readAll(dataset, 2, 2))[0]).toHaveLength(8);
    await expect(readAll(dataset, 2, 3)).rejects.toThrow('FA102 later/3.png is not a PNG');
  });

  it('with too many pixels are refused after their header', async () => {
    const huge = Buffer.from(await png(1, 1));
    huge.writeUInt32BE(60_000, 16);
    huge.writeUInt32BE(60_000, 20);
    huge.writeUInt32BE(crc32(huge.subarray(12, 29)), 29);
    expect(await messageOf('FA100', inside('huge', { 'x.png': huge }), wants(2, 2))).toContain(
      'huge/x.png has 60000 x 60000 pixels, and at most 67108864 are decoded',
    );
  });

  it('are not read if the file is too long', async () => {
    const place = inside('long', { 'x.png': whole });
    truncateSync(join(place, 'x.png'), 2 ** 29);
    expect(await messageOf('FA100', place, wants(2, 2))).toContain('long/x.png is too large · it has 536870912 bytes');
  });
});
