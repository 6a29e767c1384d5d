import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../../../src/load/datasets/open-dataset.js';
import {
  counting,
  idxBytes,
  messageOf,
  plain,
  readAll,
  readValues,
  temporaryFolder,
  wants,
} from '../../../support/files/data-files.js';

const { write } = temporaryFolder();

describe('IDX', () => {
  const codes = { u1: 0x08, i1: 0x09, i2: 0x0b, i4: 0x0c, f4: 0x0d, f8: 0x0e };

  it.each(Object.entries(codes))('reads %s', async (kind, code) => {
    const path = write('x.idx', idxBytes(code, kind, [2, 2], [1, 2, 3, 100]));
    expect(await readValues(path, wants(2))).toEqual([1, 2, 3, 100]);
  });

  it.each(['t10k-images-idx3-ubyte', 't10k-images.idx3-ubyte', 'x.idx', 'unknown', 'x.IDX'])(
    'reads %s, gzipped too',
    async (name) => {
      const bytes = idxBytes(8, 'u1', [3, 2, 2], counting(12));
      expect(await readValues(write(name, bytes), wants(2, 2, 1))).toEqual(counting(12));
      expect(await readValues(write(`${name}.gz`, gzipSync(bytes)), wants(4))).toEqual(counting(12));
    },
  );

  it('checks declared sizes against the bytes', async () => {
    const bytes = idxBytes(8, 'u1', [3, 4], counting(12));
    expect(await messageOf('FA102', write('x.idx', bytes.subarray(0, -1)), wants(4))).toContain('x.idx is cut');
    expect(await messageOf('FA102', write('x.idx', Buffer.concat([bytes, bytes])), wants(4))).toContain(
      'bytes after its end',
    );
    expect(await messageOf('FA102', write('x.idx', bytes.subarray(0, 9)), wants(4))).toContain(
      'ends inside its header',
    );
    expect(await messageOf('FA102', write('x.npy', ''), wants(3))).toContain(
      'does not start with the bytes of this format',
    );
    expect(await messageOf('FA102', write('x.idx', Buffer.of(0, 0, 8, 0)), wants(4))).toContain('not a list of rows');
    expect(await messageOf('FA102', write('x.idx', Buffer.of(0, 0, 7, 1)), wants(4))).toContain(
      'does not start with the bytes of this format',
    );
  });

  it('checks declared sizes against packed bytes, and unpacks no more than the declared size', async () => {
    const bytes = idxBytes(8, 'u1', [3, 4], counting(12));
    const cut = write('x.idx.gz', gzipSync(bytes.subarray(0, -1)));
    expect(await messageOf('FA102', cut, wants(4))).toContain('is cut');
    const bomb = write('x.idx.gz', gzipSync(Buffer.concat([bytes, Buffer.alloc(10_000_000)])));
    expect(await messageOf('FA102', bomb, wants(4))).toContain('bytes after its end');
    const promise = write('x.idx.gz', gzipSync(idxBytes(8, 'u1', [2 ** 31, 2 ** 31], [])));
    expect(await messageOf('FA102', promise, wants(4))).toContain('cannot unpack');
    const whole = gzipSync(bytes);
    expect(await messageOf('FA102', write('x.idx.gz', whole.subarray(0, -3)), wants(4))).toContain(
      'x.idx.gz is damaged',
    );
  });

  it('checks the checksum of a gzipped file before the first row is used', async () => {
    const values = counting(400_000).map((i) => (i * i) % 251);
    const bytes = gzipSync(idxBytes(8, 'u1', [100_000, 4], values));
    bytes[bytes.length - 6]! ^= 1;
    const dataset = await openDataset(write('x.idx.gz', bytes), wants(4), plain);
    await expect(readAll(dataset, 1, 1)).rejects.toThrow(/FA102 x.idx.gz is damaged/);
  });
});
