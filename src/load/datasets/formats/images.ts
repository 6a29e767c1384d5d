import { AuditError } from '../../../errors.js';
import type { NetworkInput } from '../../../network/inputs.js';
import type { ArraySource, DatasetFormat, DatasetWarning } from '../dataset.js';
import { decodeImage, imageSize, loadSharp, type LoadSharp, type Sharp } from './images/decode.js';
import { type ImageFile, listFolders, listImages } from './images/image-files.js';
import { resized, withChannels } from './images/pixels.js';
import { arrayInMemory } from '../nested-arrays.js';
import { quoted } from '../../bytes/quoted.js';
import { shapeText } from '../../bytes/shapes.js';

/** Images that are decoded at once, ahead of the one in use. */
const AHEAD = 2;
/** Bytes of decoded images that are kept, since rows are read twice: first to check them, then for the audit. */
const KEPT_BYTES = 2 ** 27;

interface WantedImages {
  readonly height: number | null;
  readonly width: number | null;
  readonly channels: number;
  /** 2 where images have no axis for channels. */
  readonly axes: number;
}

function refusal({ name, shape }: NetworkInput): AuditError {
  return new AuditError('FA104', {
    what: `images do not fit the model's input ${quoted(name)} of shape ${shapeText(shape)}`,
    why: 'images have shape [height, width], or [height, width, channels] with 1, 3 or 4 channels',
    fix: 'give the inputs as arrays in a .npy or .npz file',
  });
}

/** @throws AuditError FA104 when the model has other inputs than one image */
function wantedImages(wanted: readonly NetworkInput[]): WantedImages {
  const [input, second] = wanted;
  if (input === undefined || second !== undefined) {
    const names = wanted.map(({ name }) => quoted(name)).join(', ');
    const what = `a folder of images is one input, but the model has ${wanted.length}: ${names}`;
    throw new AuditError('FA104', { what, fix: 'give the inputs as arrays by name, in one .npz' });
  }
  const [height = null, width = null, channels = 1, ...rest] = input.shape;
  const isImage = input.shape.length >= 2 && rest.length === 0 && [1, 3, 4, null].includes(channels);
  if (!isImage) throw refusal(input);
  return { height, width, channels: channels ?? 3, axes: input.shape.length };
}

/** The results of `produce` for 0, 1, … in order. Some are started ahead; an error is thrown in its turn. */
async function* inOrder<T>(count: number, produce: (index: number) => Promise<T>): AsyncGenerator<T> {
  const begun: Promise<T>[] = [];
  try {
    for (let next = 0, taken = 0; taken < count; taken++) {
      for (; next < Math.min(count, taken + AHEAD); next++) {
        const promise = produce(next);
        promise.catch(() => undefined);
        begun.push(promise);
      }
      yield await begun.shift()!;
    }
  } finally {
    await Promise.allSettled(begun);
  }
}

/** The same function, which keeps its first results up to KEPT_BYTES. */
function keeping(produce: (index: number) => Promise<Float32Array>): (index: number) => Promise<Float32Array> {
  const kept = new Map<number, Float32Array>();
  let bytes = 0;
  return async (index) => {
    const known = kept.get(index);
    if (known !== undefined) return known;
    const values = await produce(index);
    if (!kept.has(index) && bytes + values.byteLength <= KEPT_BYTES) {
      kept.set(index, values);
      bytes += values.byteLength;
    }
    return values;
  };
}

/** The number of each image's folder as its label; no labels where some image is in no folder. */
async function labelsOf(folder: string, files: readonly ImageFile[]): Promise<ArraySource[]> {
  if (files.some((file) => file.folder === null)) return [];
  const classes = await listFolders(folder);
  const numbers = new Map(classes.map((name, number) => [name, number]));
  const labels = Float64Array.from(files, (file) => numbers.get(file.folder ?? '') ?? NaN);
  return [{ ...arrayInMemory('label', [files.length], labels), classes: classes.length }];
}

async function imagesOf(open: WantedImages, files: readonly ImageFile[], load: LoadSharp): Promise<ArraySource> {
  const sharp = await loadSharp(load);
  const { height, width, warnings } = await fixedSize(sharp, open, files);
  const decoded = keeping(async (index) => {
    const file = files[index]!;
    return resized(withChannels(await decodeImage(sharp, file), open.channels), height, width);
  });
  async function* chunks(): AsyncGenerator<Float64Array> {
    for await (const values of inOrder(files.length, decoded)) yield Float64Array.from(values);
  }
  const shape = [height, width, open.channels].slice(0, open.axes);
  return { name: null, shape, rows: files.length, pixels: true, warnings, chunks };
}

/** Sizes that the model does not fix are those of the first image. */
async function fixedSize(
  sharp: Sharp,
  { height, width }: WantedImages,
  files: readonly ImageFile[],
): Promise<{ readonly height: number; readonly width: number; readonly warnings: readonly DatasetWarning[] }> {
  if (height !== null && width !== null) return { height, width, warnings: [] };
  const first = files[0]!;
  const size = await imageSize(sharp, first);
  const fixed = { height: height ?? size.height, width: width ?? size.width };
  return { ...fixed, warnings: [{ kind: 'images-resized', ...fixed, like: first.label }] };
}

/** The format with the package that decodes images; tests pass another one. */
export function imagesDecodedBy(load: LoadSharp): DatasetFormat {
  return {
    extensions: ['/'],
    description: 'a folder of images (in folders by class or not), resized to the input of the model',
    async open(path, wanted) {
      const open = wantedImages(wanted);
      const files = await listImages(path);
      return [await imagesOf(open, files, load), ...(await labelsOf(path, files))];
    },
  };
}

/** A folder of PNG, JPEG, WebP, GIF or TIFF images in the order of their names. */
export const images = imagesDecodedBy(() => import('sharp'));
