import { gzipSync } from 'node:zlib';
import { parquetBytes } from '../../support/files/parquet-bytes.js';
import {
  idxBytes,
  npyBytes,
  npyHeader,
  npyOf,
  readValues,
  temporaryFolder,
  wants,
  zipBytes,
} from '../../support/files/data-files.js';
import { MOST_VALUES, type Parser, describeLinear, digits } from '../../support/linear-time.js';

const { write } = temporaryFolder();

/** A data file that a model with inputs of this shape reads to its end. */
const data = (
  name: string,
  sizes: Parser['sizes'],
  contents: (size: number) => string | Uint8Array,
  shape: readonly (number | null)[] = [null],
): Parser => ({
  sizes,
  make: (size) => write(name, contents(size)),
  parse: (path) => readValues(path, wants(...shape)),
});

/** A gzip member without anything in it. */
const EMPTY = gzipSync(Buffer.alloc(0));

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A new parser is one more row. */
const parsers: Readonly<Record<string, Parser>> = {
  'csv of many rows': data('x.csv', [2000, 1e6], (size) => '1,2.5,-3e2\n'.repeat(size), [3]),
  'csv of many columns': data('x.csv', [2000, 1e6], (size) => `${'1,'.repeat(size)}1\n`),
  'csv with one long number': data('x.csv', [1e4, 8e6], digits, [1]),
  'csv with one long cell in quotes': data('x.csv', [1e4, 8e6], (size) => `"${'a '.repeat(size)}"\n1\n`, [1]),
  'csv with one long text between spaces': data(
    'x.csv',
    [1e4, 8e6],
    (size) => `${' '.repeat(size)}x${' '.repeat(size)}\n`,
    [1],
  ),
  'jsonl of many rows': data('x.jsonl', [2000, 1e6], (size) => '[1,2.5,-3e2]\n'.repeat(size), [3]),
  'jsonl of one long row': data('x.jsonl', [2000, 4e6], (size) => `[${'1,'.repeat(size)}1]\n`),
  'json of many rows': data('x.json', [2000, MOST_VALUES], (size) => `[${'[1,2,3],\n'.repeat(size)}[1,2,3]]`, [3]),
  'json with an error at its end': data('x.json', [2000, MOST_VALUES], (size) => `[${'[1],\n'.repeat(size)}[1]`, [1]),
  'json with an error, and words like NaN': data('x.json', [2000, 8e6], (size) => `["${'-NaNs '.repeat(size)}"`, [1]),
  'npy with a long header': data(
    'x.npy',
    [1000, 3e4],
    (size) => npyBytes(`{'descr': '<f8',${' '.repeat(size)}'shape': (1, 1)}`, Buffer.alloc(8)),
    [1],
  ),
  'npy with a long type': data(
    'x.npy',
    [1000, 15_000],
    (size) => npyBytes(`{'descr': [${'] '.repeat(size)}`, Buffer.alloc(8)),
    [1],
  ),
  'npy in Fortran order': data(
    'x.npy',
    [2000, 2e6],
    (size) => npyBytes(npyHeader('<f8', [size, 3], true), Buffer.alloc(24 * size)),
    [3],
  ),
  'npz of many entries': data(
    'x.npz',
    [10, 480],
    (size) =>
      zipBytes(
        Array.from({ length: size }, (_, k) => ({
          name: k === 0 ? 'x.npy' : `other${k}.npy`,
          contents: npyOf([1, 1], [1]),
          stored: true,
        })),
      ),
    [1],
  ),
  'gzipped IDX': data(
    'x.idx.gz',
    [1e5, 3e7],
    (size) => gzipSync(Buffer.concat([idxBytes(8, 'u1', [0], []).subarray(0, 4), u32(size), Buffer.alloc(size)])),
    [],
  ),
  'gzipped IDX with bytes after its end': data(
    'x.idx.gz',
    [1e4, 4e7],
    (size) => Buffer.concat([gzipSync(idxBytes(8, 'u1', [1], [7])), Buffer.alloc(size)]),
    [],
  ),
  'gzipped IDX with empty members after its end': data(
    'x.idx.gz',
    [1e3, 2e6],
    (size) => Buffer.concat([gzipSync(idxBytes(8, 'u1', [1], [7])), ...Array<Buffer>(size).fill(EMPTY)]),
    [],
  ),
  'parquet of many pages': data(
    'x.parquet',
    [100, 1e5],
    (size) =>
      parquetBytes({
        rows: size,
        pages: Array.from({ length: size }, () => ({ body: Buffer.of(7, 0, 0, 0), values: 1 })),
      }),
    [1],
  ),
};

describeLinear(parsers);
