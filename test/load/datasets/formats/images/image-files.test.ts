import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findDataset, openDataset } from '../../../../../src/load/datasets/open-dataset.js';
import { messageOf, plain, wants } from '../../../../support/files/data-files.js';
import { firstPixels, imageFolders, png, storedImages } from '../../../../support/files/image-folders.js';

const { inside } = imageFolders();

describe('files of images', () => {
  it('are read in the order of names, with numbers by value, and before those of subfolders', async () => {
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
    expect(await firstPixels(place)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect((await openDataset(place, wants(1, 1), plain)).available).toBe(7);
  });

  it('may be links to images in the folder, but not to outside or to folders', async () => {
    const outside = inside('outside', { 'secret.png': await png(1, 1, 9) });
    const place = inside('links', { 'a/1.png': await png(1, 1, 1) });
    symlinkSync(join(place, 'a', '1.png'), join(place, 'z.png'));
    symlinkSync(join(outside, 'secret.png'), join(place, 'secret.png'));
    symlinkSync(outside, join(place, 'more'));
    symlinkSync(place, join(place, 'a', 'round'));
    symlinkSync(join(place, 'nowhere'), join(place, 'broken.png'));
    expect(await firstPixels(place)).toEqual([1, 1]);
    const only = inside('only-links', {});
    symlinkSync(join(outside, 'secret.png'), join(only, 'x.png'));
    expect(await messageOf('FA105', only, wants(1, 1))).toContain('links out of the folder are not followed');
  });

  it('are found beside the model in the folders dataset and x', async () => {
    const place = inside('beside', { 'x/1.png': await png(1, 1), 'dataset/readme.txt': 'none here' });
    expect(await findDataset(place)).toBe(join(place, 'x/'));
    writeFileSync(join(place, 'x.csv'), '1');
    expect(await findDataset(place)).toBe(join(place, 'x.csv'));
  });

  it('are missing in a folder without images, which is an error', async () => {
    expect(await messageOf('FA105', inside('none', { 'x.txt': '1' }), wants(2, 2))).toContain(
      'the folder none has no images · names of images end in .png',
    );
    const single = join(storedImages, 'same', 'x.png');
    expect(await messageOf('FA101', single, wants(5, 8, 3))).toContain('give the folder of the image');
  });
});
