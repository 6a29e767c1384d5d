import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../../../src/load/datasets/open-dataset.js';
import type { ErrorCode } from '../../../../src/errors.js';
import { messageOf, plain, readAll, readValues, temporaryFolder, wants } from '../../../support/files/data-files.js';
import {
  dictionaryEncoding,
  type FileSpec,
  listHeader,
  parquetBytes,
  snappy,
  type ThriftFields,
  varint,
} from '../../../support/files/parquet-bytes.js';

const { write } = temporaryFolder();
const one = { body: Buffer.of(5, 0, 0, 0), values: 1 };
const place = (spec: FileSpec): string => write('x.parquet', parquetBytes(spec));
const refusal = (spec: FileSpec, code: ErrorCode = 'FA102'): Promise<string> => messageOf(code, place(spec), wants(1));
/** For what is in order, but not supported. */
const unsupported = (spec: FileSpec): Promise<string> => refusal(spec, 'FA100');

/** As in Thrift: structures in one another, so many. */
function nested(depth: number): ThriftFields {
  return depth === 0 ? {} : { 1: nested(depth - 1) };
}

describe('Parquet files written by hand', () => {
  it('are read', async () => {
    expect(await readValues(place({ pages: [one] }), wants(1))).toEqual([5]);
  });

  it('with impossible lists, depths and integers in the footer are refused', async () => {
    const list = { type: 9, raw: Buffer.concat([listHeader(2 ** 31 - 1, 12), Buffer.alloc(100)]) };
    expect(await refusal({ pages: [one], footer: { 4: list } })).toContain('footer');
    const empty = { type: 9, raw: Buffer.concat([listHeader(2 ** 23, 12), Buffer.alloc(2 ** 23)]) };
    expect(await refusal({ pages: [one], footer: { 4: empty } })).toContain('more than 4194304 values');
    expect(await refusal({ pages: [one], footer: { 5: nested(100) } })).toContain('nested deeper than 32');
    const endless = { type: 6, raw: Buffer.alloc(2 ** 20, 0xff) };
    expect(await refusal({ pages: [one], footer: { 3: endless } })).toContain('more than 64 bits');
    expect(await refusal({ pages: [one], footer: { 3: { type: 11, raw: Buffer.of(0) } } })).toContain('type 11');
  });

  it('with schemas that do not match are refused', async () => {
    const deep = Array.from({ length: 100 }, () => ({ 4: 'deep', 5: 1 }));
    expect(await refusal({ pages: [one], footer: { 2: deep } })).toContain('nested deeper');
    expect(await refusal({ pages: [one], footer: { 2: [{ 4: 'root', 5: 2 ** 40 }] } })).toContain('schema ends');
    expect(await refusal({ pages: [one], chunk: { 1: 2 } })).toContain(
      'one type in the schema and another in a row group',
    );
    expect(await refusal({ pages: [one], footer: { 4: [] } })).toContain(
      'row groups have 0 rows in all, but the file declares 1',
    );
  });

  it('that point outside the file are refused', async () => {
    for (const chunk of [{ 9: 2 ** 40 }, { 7: 2 ** 40 }, { 9: 0 }, { 11: 1 }])
      expect(await refusal({ pages: [one], chunk })).toContain('point beyond its end');
    const other = [{ 1: [{ 1: '/etc/passwd', 3: { 1: 1, 4: 0, 5: 1, 7: 1, 9: 4 } }], 3: 1 }];
    expect(await refusal({ pages: [one], footer: { 4: other } })).toContain('in another file');
    const bytes = parquetBytes({ pages: [one] });
    bytes.write('PARE', bytes.length - 4);
    expect(await messageOf('FA100', write('x.parquet', bytes), wants(1))).toContain('x.parquet is encrypted');
    bytes.write('PAR1', bytes.length - 4);
    bytes.writeUInt32LE(2 ** 31, bytes.length - 8);
    expect(await messageOf('FA102', write('x.parquet', bytes), wants(1))).toContain('bytes, more than the file');
  });

  it('with too few pages for the declared rows are refused at the last page', async () => {
    expect(await refusal({ pages: [one], rows: 2 ** 50 })).toContain('fewer values than its header says');
    const dataset = await openDataset(place({ pages: [one], rows: 2 ** 50 }), wants(1), plain);
    expect(await readAll(dataset, 1, 1).catch((error: unknown) => String(error))).toContain('fewer values');
  });

  it('with pages of impossible sizes are refused', async () => {
    const page = (header: ThriftFields): FileSpec => ({ pages: [{ ...one, header }] });
    expect(await refusal(page({ 2: 2 ** 40 }))).toContain('a page of more than 268435456 bytes');
    expect(await refusal(page({ 2: 2 ** 27 }))).toContain('a page of 1 values has 134217728 bytes');
    expect(await refusal(page({ 3: 2 ** 40 }))).toContain('beyond the end of its column');
    expect(await unsupported(page({ 5: { 1: 2 ** 40, 2: 0, 3: 3, 4: 3 } }))).toContain('more than 67108864');
    expect(await refusal(page({ 1: 1 }))).toContain('a page has type 1');
    expect(await unsupported(page({ 5: { 1: 1, 2: 77, 3: 3, 4: 3 } }))).toContain('encoding 77');
    const empty = { body: Buffer.alloc(0), values: 0 };
    expect(await unsupported({ pages: [...Array<typeof empty>(200).fill(empty), one] })).toContain('without values');
  });

  it('with runs of 2^30 values expand only the requested values', async () => {
    const dictionary = { body: Buffer.of(7, 0, 0, 0), values: 1, dictionary: true };
    const run = Buffer.concat([Buffer.of(1), varint(2 ** 31), Buffer.of(0)]);
    const page = { body: run, values: 2 ** 26, encoding: dictionaryEncoding };
    const path = place({ pages: [dictionary, page], rows: 2 ** 26 });
    const dataset = await openDataset(path, wants(1), plain);
    expect((await readAll(dataset, 100, 200))[0]).toEqual(Array<number>(200).fill(7));
    const beyond = { ...page, body: Buffer.concat([Buffer.of(8), varint(2 ** 31), Buffer.of(9)]) };
    expect(await refusal({ pages: [dictionary, beyond], rows: 2 ** 26 })).toContain('value 9 of a dictionary with 1');
    expect(await refusal({ pages: [page], rows: 2 ** 26 })).toContain('the dictionary is missing');
    expect(await refusal({ pages: [dictionary, dictionary, page], rows: 2 ** 26 })).toContain('follows the first');
  });

  it('with invalid delta encodings are refused', async () => {
    const deltas = (...parts: number[]): FileSpec => ({
      pages: [{ body: Buffer.concat(parts.map(varint)), values: 4, encoding: 5 }],
      rows: 4,
    });
    expect(await refusal(deltas(128, 0, 4, 0))).toContain('cannot have 0 parts');
    expect(await refusal(deltas(128, 2 ** 30, 4, 0))).toContain('cannot have 1073741824 parts');
    expect(await refusal(deltas(128, 4, 3, 0))).toContain('more should follow');
    expect(await refusal(deltas(128, 4, 4, 0, 0, 32, 0, 0, 0))).toContain('cut');
    expect(await readValues(place(deltas(128, 1, 4, 8, 6, 0)), wants(1))).toEqual([4, 7, 10, 13]);
  });
});

describe('packed pages that are bombs', () => {
  const zeros = Buffer.alloc(2 ** 22);
  const bomb = (codec: number, body: Uint8Array): FileSpec => ({
    pages: [{ body, values: 1, header: { 2: 4 } }],
    codec,
  });
  /** Zstandard: a frame without its size, of blocks of one byte repeated 128 KiB. */
  const zstd = Buffer.concat([
    Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58),
    ...Array<Buffer>(1000).fill(Buffer.of(0x02, 0x00, 0x10, 0x00)),
    Buffer.of(0x03, 0x00, 0x10, 0x00),
  ]);

  it.each([
    ['gzip', bomb(2, gzipSync(zeros)), 'a page is not valid gzip'],
    ['brotli', bomb(4, brotliCompressSync(zeros)), 'a page is not valid brotli'],
    ['snappy', bomb(snappy, Buffer.concat([varint(2 ** 30), Buffer.of(0, 5)])), 'another size than its header'],
    // A literal of -5 bytes would lead back to its own start for ever.
    ['snappy', bomb(snappy, Buffer.of(4, 0xfc, 0xfa, 0xff, 0xff, 0xff, 0, 0, 0)), 'a page is not valid snappy'],
  ])('in %s are refused', async (_, spec, message) => {
    expect(await refusal(spec)).toContain(message);
  });

  it('in an unknown codec are not supported', async () => {
    expect(await unsupported(bomb(99, zeros.subarray(0, 4)))).toContain('compression 99 is not supported');
  });

  it('in the older framing of LZ4 are read if they are valid', async () => {
    expect(await readValues(place(bomb(5, Buffer.of(0x40, 5, 0, 0, 0))), wants(1))).toEqual([5]);
  });

  it('in Zstandard and LZ4 unpack at most the size of the page', async () => {
    const before = process.memoryUsage().arrayBuffers;
    expect(await readValues(place(bomb(6, zstd)), wants(1))).toEqual([0]);
    const lz4 = Buffer.concat([Buffer.of(0x1f, 5, 1, 0), Buffer.alloc(10_000, 255), Buffer.of(0)]);
    await readValues(place(bomb(7, lz4)), wants(1));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  });
});
