import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AuditError } from '../../errors.js';
import type { DatasetFormat } from './dataset.js';
import { datasetFormats } from './formats/index.js';
import { imageEndings } from './formats/images/image-files.js';
import { fileSource, readStart, type ByteSource } from '../bytes/byte-source.js';
import { gunzipped } from '../bytes/deflate.js';

const GZIP = '1f8b';

/** The first bytes of files in binary formats, in hexadecimal. */
const signatures: readonly { readonly start: RegExp; readonly format: DatasetFormat }[] = [
  { start: /^934e554d/, format: datasetFormats.npy },
  { start: /^504b(0304|0506)/, format: datasetFormats.npz },
  { start: /^50415231/, format: datasetFormats.parquet },
  { start: /^0000(08|09|0b|0c|0d|0e)(0[1-9])/, format: datasetFormats.idx },
];

/** File name endings of all formats, in the order of the table; a slash for folders. */
export const knownExtensions: readonly string[] = Object.values(datasetFormats).flatMap((format) => format.extensions);

function formatByName(path: string): DatasetFormat | undefined {
  const name = basename(path).toLowerCase();
  const formats: readonly DatasetFormat[] = Object.values(datasetFormats);
  return formats.find((format) => format.extensions.some((extension) => name.endsWith(extension)));
}

async function formatByContents(path: string, file: ByteSource): Promise<DatasetFormat | undefined> {
  const start = (await readStart(file, 4)).toString('hex');
  if (!start.startsWith(GZIP)) return signatures.find((signature) => signature.start.test(start))?.format;
  const inside = (await readStart(gunzipped(path, file), 4)).toString('hex');
  // IDX is the only format that is read from gzip files.
  return signatures.find(({ start, format }) => format === datasetFormats.idx && start.test(inside))?.format;
}

function fixFor(name: string): string {
  if (name.endsWith('.gz')) return 'unpack it first';
  if (imageEndings.some((ending) => name.endsWith(ending))) return 'give the folder of the image';
  return 'convert it to one of these formats';
}

/**
 * The format of a data file, from its name or else from its first bytes. Folders are folders of images.
 * @throws AuditError FA100 when it cannot be read, FA101 when the format is not known
 */
export async function chooseFormat(path: string): Promise<DatasetFormat> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) return datasetFormats.images;
  const file = await fileSource(path);
  const format = formatByName(path) ?? (await formatByContents(path, file));
  if (format !== undefined) return format;
  throw new AuditError('FA101', {
    what: `${basename(path)} has no known data format`,
    why: `the known ones are ${knownExtensions.join(', ')} (a folder of images)`,
    fix: fixFor(basename(path).toLowerCase()),
  });
}
