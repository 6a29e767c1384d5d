import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { AuditError } from '../../../../errors.js';
import { isOutside } from '../../../bytes/files.js';
import { systemError } from '../../../bytes/reading-errors.js';

/** File name endings of images. Other files are ignored, as in Keras. */
export const imageEndings = ['.png', '.jpg', '.jpeg', '.webp', '.gif', '.tif', '.tiff', '.bmp'] as const;

/** The largest number of images, whose paths are held in memory. */
const MOST_IMAGES = 2 ** 21;

export interface ImageFile {
  readonly path: string;
  /** What messages call it: its path from the given folder on. */
  readonly label: string;
  /** The folder inside the given one that holds it; null where the given folder holds it directly. */
  readonly folder: string | null;
}

/** Compares digits as numbers and the rest as text: "img9" < "img10". It does not depend on the system's language. */
function compareNames(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.split(/(\d+)/)) as [string[], string[]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = comparePieces(left[i] ?? '', right[i] ?? '', i % 2 === 1);
    if (order !== 0) return order;
  }
  return left.length - right.length || compareText(a, b);
}

function comparePieces(a: string, b: string, areDigits: boolean): number {
  if (!areDigits) return compareText(a, b);
  const [left, right] = [a, b].map((digits) => digits.replace(/^0+/, '')) as [string, string];
  return left.length - right.length || compareText(left, right);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isImage(name: string): boolean {
  return imageEndings.some((ending) => name.toLowerCase().endsWith(ending));
}

/** Whether a link leads to a file inside the folder. Links to folders are not followed, since they may form a circle. */
async function isInside(root: string, link: string): Promise<boolean> {
  const target = await realpath(link).catch(() => null);
  return target !== null && !isOutside(root, target) && (await stat(target)).isFile();
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw systemError('FA100', folder, error);
  });
  // Hidden files belong to the system; those of macOS may have the endings of images.
  return entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => compareNames(a.name, b.name));
}

async function* walk(
  root: string,
  folder: string,
  label: string,
  within: string | null = null,
): AsyncGenerator<ImageFile> {
  const entries = await entriesOf(folder);
  for (const entry of entries.filter(({ name }) => isImage(name))) {
    const path = join(folder, entry.name);
    if (entry.isFile() || (entry.isSymbolicLink() && (await isInside(root, path))))
      yield { path, label: `${label}/${entry.name}`, folder: within };
  }
  for (const entry of entries.filter((candidate) => candidate.isDirectory()))
    yield* walk(root, join(folder, entry.name), `${label}/${entry.name}`, within ?? entry.name);
}

/** The images of a folder: first its own, then those of the folders in it, each sorted by name. */
async function* imagesIn(folder: string): AsyncGenerator<ImageFile> {
  const label = basename(resolve(folder));
  const root = await realpath(folder).catch((error: unknown) => {
    throw systemError('FA100', folder, error);
  });
  yield* walk(root, folder, label);
}

/** All images of a folder. @throws AuditError FA100 when a folder cannot be read or has too many images, FA105 for none */
export async function listImages(folder: string): Promise<readonly ImageFile[]> {
  const files: ImageFile[] = [];
  for await (const file of imagesIn(folder)) {
    files.push(file);
    if (files.length > MOST_IMAGES)
      throw new AuditError('FA100', {
        what: `${basename(resolve(folder))} has more than ${MOST_IMAGES} images`,
        fix: 'move some of them to another folder',
      });
  }
  if (files.length > 0) return files;
  throw new AuditError('FA105', {
    what: `the folder ${basename(resolve(folder))} has no images`,
    why: `names of images end in ${imageEndings.join(', ')}; links out of the folder are not followed`,
    fix: 'give the folder of the images, or a data file',
  });
}

/**
 * The folders in a folder of images, empty ones too, sorted by name as plain text. image_dataset_from_directory of Keras
 * numbers classes in this order.
 */
export async function listFolders(folder: string): Promise<readonly string[]> {
  const entries = await entriesOf(folder);
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort(compareText);
}

/** Whether there is at least one image. */
export async function holdsImages(folder: string): Promise<boolean> {
  for await (const _ of imagesIn(folder)) return true;
  return false;
}
