import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AuditError } from '../../errors.js';
import type { DatasetFormat } from './dataset.js';
import { datasetFormats } from './formats/index.js';
import { imageEndings } from './formats/images/image-files.js';
import { fileSource, readStart, type ByteSource } from '../bytes/byte-source.js';
import { gunzipped } from '../bytes/deflate.js';

const GZIP = '1f8b';

/** How files of a binary format start, in hexadecimal. */
const signatures: readonly { readonly start: RegExp; readonly format: DatasetFormat }[] = [
  { start: /^934e554d/, format: datasetFormats.npy },
  { start: /^504b(0304|0506)/, format: datasetFormats.npz },
  { start: /^50415231/, format: datasetFormats.parquet },
  { start: /^0000(08|09|0b|0c|0d|0e)(0[1-9])/, format: datasetFormats.idx },
];

/** Endings of all formats, in the order of the table; that of a folder is a slash. */
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
  // IDX is the one format that is read through gzip
  return signatures.find(({ start, format }) => format === datasetFormats.idx && start.test(inside))?.format;
}

function fixFor(name: string): string {
  if (name.endsWith('.gz')) return 'unpack it first';
  if (imageEndings.some((ending) => name.endsWith(ending))) return 'name the folder that it is in';
  return 'convert it to one of these';
}

/**
 * The format of a data file: by its name, else by how it starts. A folder is one of images.
 * @throws AuditError FA100 when it cannot be read, FA101 when neither tells
 */
export async function chooseFormat(path: string): Promise<DatasetFormat> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) return datasetFormats.images;
  const file = await fileSource(path);
  const format = formatByName(path) ?? (await formatByContents(path, file));
  if (format !== undefined) return format;
  throw new AuditError('FA101', {
    what: `${basename(path)} is of no known data format`,
    why: `known are ${knownExtensions.join(', ')} (a folder of images)`,
    fix: fixFor(basename(path).toLowerCase()),
  });
}
