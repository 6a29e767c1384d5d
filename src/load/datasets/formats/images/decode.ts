import { AuditError } from '../../../../errors.js';
import { readWhole } from '../../../bytes/files.js';
import type { ImageFile } from './image-files.js';
import type { Pixels } from './pixels.js';

export type Sharp = typeof import('sharp').default;
export type LoadSharp = () => Promise<{ readonly default: Sharp }>;

/** Bytes of the largest file, which is held in memory. */
const FILE_LIMIT = 2 ** 28;
/** Pixels of the largest image; decoded, each takes four bytes. */
const PIXEL_LIMIT = 2 ** 26;

/** First bytes of the files that sharp may read. It would also draw SVG and other formats that can refer to other files. */
const starts: readonly RegExp[] = [
  /^89504e470d0a1a0a/, // PNG
  /^ffd8ff/, // JPEG
  /^474946383[79]61/, // GIF
  /^52494646.{8}57454250/, // WebP
  /^49492[ab]00|^4d4d002[ab]/, // TIFF
];

/**
 * Loads sharp, an optional package that decodes images.
 * @throws AuditError FA100 when it is not installed or does not load
 */
export async function loadSharp(load: LoadSharp): Promise<Sharp> {
  try {
    const { default: sharp } = await load();
    // Images are read once, in order: nothing needs to be cached.
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ERR_MODULE_NOT_FOUND' ? 'the optional package sharp is not installed' : message;
    const what = 'folders of images cannot be read';
    throw new AuditError('FA100', { what, why, fix: 'npm install sharp' }, { cause: error });
  }
}

async function bytesOf({ path, label }: ImageFile): Promise<Buffer> {
  const bytes = await readWhole(path, {
    code: 'FA100',
    limit: FILE_LIMIT,
    label,
    fix: 'make it smaller, or move it out of the folder',
  });
  const start = bytes.toString('hex', 0, 12);
  if (starts.some((known) => known.test(start))) return bytes;
  const fix = 'convert it to PNG, or move it out of the folder';
  throw new AuditError('FA102', { what: `${label} is not a PNG, JPEG, WebP, GIF or TIFF image`, fix });
}

/** Messages of decoders have many lines, of which the first one says what is wrong. */
function notDecoded(label: string, error: unknown): AuditError {
  const why = (error as Error).message.split('\n')[0] ?? '';
  const what = `${label} cannot be decoded`;
  return new AuditError(
    'FA102',
    { what, why, fix: 'download it again, or move it out of the folder' },
    { cause: error },
  );
}

/** Width and height from the header of the file. @throws AuditError FA102, and FA100 when there are too many pixels */
async function headerSize(sharp: Sharp, label: string, bytes: Buffer): Promise<{ width: number; height: number }> {
  const { width, height } = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw notDecoded(label, error);
    });
  if (width * height <= PIXEL_LIMIT) return { width, height };
  const what = `${label} has ${width} x ${height} pixels, and at most ${PIXEL_LIMIT} are decoded`;
  throw new AuditError('FA100', { what, fix: 'make it smaller, or move it out of the folder' });
}

/** Width and height of an image. @throws AuditError FA100, FA102 */
export async function imageSize(sharp: Sharp, file: ImageFile): Promise<{ width: number; height: number }> {
  return headerSize(sharp, file.label, await bytesOf(file));
}

/**
 * The first frame of an image as red, green, blue and alpha. As in Keras, colour profiles and orientation tags are
 * ignored.
 * @throws AuditError FA100, FA102
 */
export async function decodeImage(sharp: Sharp, file: ImageFile): Promise<Pixels> {
  const bytes = await bytesOf(file);
  await headerSize(sharp, file.label, bytes);
  const { data, info } = await sharp(bytes, { limitInputPixels: PIXEL_LIMIT, ignoreIcc: true })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw notDecoded(file.label, error);
    });
  return { width: info.width, height: info.height, channels: info.channels, data };
}
