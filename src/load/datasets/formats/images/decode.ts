import { AuditError } from '../../../../errors.js';
import { readWhole } from '../../../bytes/files.js';
import type { ImageFile } from './image-files.js';
import type { Pixels } from './pixels.js';

export type Sharp = typeof import('sharp').default;
export type LoadSharp = () => Promise<{ readonly default: Sharp }>;

/** Bytes of one file, which is held in memory whole. */
const FILE_LIMIT = 2 ** 28;
/** Pixels of one image, which is decoded whole, four bytes each. */
const PIXEL_LIMIT = 2 ** 26;

/** How files start that are handed on. sharp would also draw SVG and other formats that can name further files. */
const starts: readonly RegExp[] = [
  /^89504e470d0a1a0a/, // PNG
  /^ffd8ff/, // JPEG
  /^474946383[79]61/, // GIF
  /^52494646.{8}57454250/, // WebP
  /^49492[ab]00|^4d4d002[ab]/, // TIFF
];

/**
 * sharp, an optional package, which decodes images.
 * @throws AuditError FA100 when it is not installed, or does not load
 */
export async function loadSharp(load: LoadSharp): Promise<Sharp> {
  try {
    const { default: sharp } = await load();
    // One image at a time and thread, none remembered: images are read once, in order.
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
  const bytes = await readWhole(path, { code: 'FA100', limit: FILE_LIMIT, label });
  const start = bytes.toString('hex', 0, 12);
  if (starts.some((known) => known.test(start))) return bytes;
  const fix = 'convert it to PNG, or move it elsewhere';
  throw new AuditError('FA102', { what: `${label} is no PNG, JPEG, WebP, GIF or TIFF image`, fix });
}

/** Decoders tell many lines about what they found, and where in their source. */
function notDecoded(label: string, error: unknown): AuditError {
  const why = (error as Error).message.split('\n')[0] ?? '';
  const what = `${label} cannot be decoded`;
  return new AuditError('FA102', { what, why, fix: 'fetch it again, or move it elsewhere' }, { cause: error });
}

/** Width and height as the file's header tells. @throws AuditError FA102 for more pixels than are decoded at most */
async function headerSize(sharp: Sharp, label: string, bytes: Buffer): Promise<{ width: number; height: number }> {
  const { width, height } = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw notDecoded(label, error);
    });
  if (width * height <= PIXEL_LIMIT) return { width, height };
  const what = `${label} has ${width} x ${height} pixels, more than the ${PIXEL_LIMIT} that are decoded at most`;
  throw new AuditError('FA102', { what, fix: 'make it smaller' });
}

/** @throws AuditError FA100, FA102 with the file's name */
export async function imageSize(sharp: Sharp, file: ImageFile): Promise<{ width: number; height: number }> {
  return headerSize(sharp, file.label, await bytesOf(file));
}

/**
 * The first frame of an image as red, green, blue and alpha. As in Keras, colour profiles are not applied and nothing
 * is turned upright.
 * @throws AuditError FA100, FA102 with the file's name
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
