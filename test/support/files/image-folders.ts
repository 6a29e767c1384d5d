import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { readValues, temporaryFolder, wants } from './data-files.js';

/** The stored images, and what TensorFlow reads from some of them (expected.json). */
export const storedImages = fileURLToPath(new URL('../../load/datasets/formats/data/images/', import.meta.url));

export type WriteFolder = (name: string, files: Readonly<Record<string, string | Uint8Array>>) => string;

/** A temporary folder, and a function that writes a folder of files (by their paths in it) into it. */
export function imageFolders(): { folder: string; inside: WriteFolder } {
  const { folder } = temporaryFolder();
  const inside: WriteFolder = (name, files) => {
    const place = join(folder, name);
    mkdirSync(place, { recursive: true });
    for (const [path, contents] of Object.entries(files)) {
      mkdirSync(dirname(join(place, path)), { recursive: true });
      writeFileSync(join(place, path), contents);
    }
    return place;
  };
  return { folder, inside };
}

/** A PNG of one colour: the given grey, or red 4, green 5 and blue 6. */
export async function png(width: number, height: number, grey?: number): Promise<Buffer> {
  const [r, g, b] = grey === undefined ? [4, 5, 6] : [grey, grey, grey];
  return sharp({ create: { width, height, channels: 3, background: { r: r!, g: g!, b: b! } } })
    .png()
    .toBuffer();
}

/** The first number of each image of a folder. */
export async function firstPixels(path: string): Promise<number[]> {
  return (await readValues(path, wants(1, 1))).map(Math.round);
}
