import { existsSync, readdirSync, truncateSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../../../src/load/datasets/open-dataset.js';
import {
  counting,
  idxBytes,
  messageOf,
  npyBytes,
  npyHeader,
  npyOf,
  npzOf,
  numberBytes,
  plain,
  readAll,
  readValues,
  temporaryFolder,
  wants,
  writers,
  zipBytes,
} from '../../../support/data-files.js';

const { write } = temporaryFolder();

/** The order in which a Fortran-ordered file holds the numbers 0, 1, 2, … of a row-major array. */
function fortranOrder(shape: readonly number[]): number[] {
  const indices = shape.reduceRight<number[][]>(
    (inner, size) => inner.flatMap((rest) => counting(size).map((index) => [index, ...rest])),
    [[]],
  );
  return indices.map((index) => index.reduce((place, i, axis) => place * shape[axis]! + i, 0));
}

describe('.npy', () => {
  for (const kind of Object.keys(writers)) {
    it.each(['<', '>'])(`reads ${kind} in byte order %s`, async (order) => {
      const values =
        kind === 'b1' ? [0, 1, 1, 0, 1, 0] : kind.startsWith('u') ? [0, 1, 2, 3, 200, 99] : [0, -1, 2, -3, 4, -5];
      const bytes = npyBytes(npyHeader(`${order}${kind}`, [2, 3]), numberBytes(kind, values, order === '<'));
      expect(await readValues(write('x.npy', bytes), wants(3))).toEqual(values);
    });
  }

  it('reads half precision: normal, subnormal, negative and largest numbers', async () => {
    const bits = [0x3c00, 0xc000, 0x0001, 0x0400, 0x7bff, 0x8000, 0x3555];
    for (const [order, little] of [
      ['<', true],
      ['>', false],
    ] as const) {
      const path = write('x.npy', npyBytes(npyHeader(`${order}f2`, [7]), numberBytes('u2', bits, little)));
      expect(await readValues(path, wants(1))).toEqual([1, -2, 2 ** -24, 2 ** -14, 65504, 0, 0.333251953125]);
    }
  });

  it.each([[[5]], [[4, 3]], [[3, 4, 2, 3]]])('reads shape %j in Fortran order', async (shape) => {
    const stored = shape.length === 1 ? counting(5) : fortranOrder(shape);
    const path = write('x.npy', npyBytes(npyHeader('<f8', shape, true), numberBytes('f8', stored, true)));
    expect(await readValues(path, wants(...shape.slice(1)))).toEqual(counting(stored.length));
  });

  it.each([1, 2, 3])('reads version %i of the header', async (version) => {
    const path = write('x.npy', npyBytes(npyHeader('<f8', [2, 2]), numberBytes('f8', [1, 2, 3, 4], true), version));
    expect(await readValues(path, wants(2))).toEqual([1, 2, 3, 4]);
  });

  it('reads headers with other spacing, order, quotes and long integers', async () => {
    const header = '{"shape":(2L ,2L), "fortran_order":False,"descr":"<f8"}     ';
    expect(await readValues(write('x.npy', npyBytes(header, numberBytes('f8', [1, 2, 3, 4], true))), wants(2))).toEqual(
      [1, 2, 3, 4],
    );
  });

  it('reads integers beyond 2^53 as the nearest double', async () => {
    const payload = Buffer.alloc(16);
    payload.writeBigUInt64LE(2n ** 64n - 1n);
    payload.writeBigUInt64LE(2n ** 53n + 2n, 8);
    expect(await readValues(write('x.npy', npyBytes(npyHeader('<u8', [2]), payload)), wants(1))).toEqual([
      2 ** 64,
      2 ** 53 + 2,
    ]);
  });

  it.each(['|O', '<U3', '<c16', '<M8[s]', '|V8', '<f16', '|S4'])('refuses elements of type %s', async (type) => {
    const path = write('x.npy', npyBytes(npyHeader(type, [2]), Buffer.alloc(16)));
    expect(await messageOf('FA100', path, wants(1))).toContain(`x.npy: elements of type "${type}" are not numbers`);
  });

  it('refuses pickles without reading them', async () => {
    const path = write('x.npy', npyBytes(npyHeader('|O', [1]), Buffer.from('\x80\x04cos\nsystem\n', 'latin1')));
    expect(await messageOf('FA100', path, wants(1))).toContain('reading a pickle runs code');
  });

  it.each([
    ["{'descr': '<f8', 'fortran_order': False}", 'lacks descr, fortran_order or shape'],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'shape': (1,)}", 'header is invalid'],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'x': __import__('os')}", 'header is invalid'],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (1 1,)}", 'shape is invalid'],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': 'abc'}", 'shape is invalid'],
    ["{'descr': '<f8', 'fortran_order': (1,), 'shape': (1,)}", 'neither True nor False'],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': ()}", 'not a list of rows'],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999, 0)}", 'not a list of rows'],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", 'not a list of rows'],
    [`{'shape': (1${' '.repeat(60_000)}L)}`, 'lacks descr'],
    ['', 'lacks descr'],
  ])('refuses headers that make no sense (%#)', async (header, reason) => {
    expect(await messageOf('FA102', write('x.npy', npyBytes(header, Buffer.alloc(8))), wants(1))).toContain(reason);
  });

  it('says when a file is cut, or goes on after its end, before it reads any number', async () => {
    const bytes = npyOf([2, 3], counting(6));
    expect(await messageOf('FA102', write('x.npy', bytes.subarray(0, -1)), wants(3))).toContain(
      `x.npy is cut off · its header declares ${bytes.length} bytes in all, but it has only ${bytes.length - 1}`,
    );
    const longer = Buffer.concat([bytes, Buffer.alloc(1)]);
    expect(await messageOf('FA102', write('x.npy', longer), wants(3))).toContain('x.npy has bytes after its end');
    expect(await messageOf('FA102', write('x.npy', bytes.subarray(0, 40)), wants(3))).toContain(
      'ends inside its header',
    );
    expect(await messageOf('FA102', write('x.npy', ''), wants(3))).toContain(
      'does not start with the bytes of this format',
    );
    const unknown = Buffer.from(bytes);
    unknown[6] = 9;
    expect(await messageOf('FA102', write('x.npy', unknown), wants(3))).toContain('version 9');
  });

  it('allocates nothing for sizes that the file cannot have', async () => {
    const path = write('x.npy', npyBytes(npyHeader('<f8', [1, 2 ** 40]), Buffer.alloc(8)));
    expect(await messageOf('FA102', path, wants(3))).toContain('is cut');
  });

  it('refuses rows and Fortran arrays too large for memory', async () => {
    const start = npyBytes(npyHeader('|u1', [1, 2 ** 27 + 1]), Buffer.alloc(0));
    const wide = write('wide.npy', start);
    truncateSync(wide, start.length + 2 ** 27 + 1);
    expect(await messageOf('FA104', wide, wants(null))).toContain('too large');
    const fortran = write(
      'fortran.npy',
      npyBytes(npyHeader('|u1', [2 ** 27 + 1, 1], true).padEnd(start.length - 11), Buffer.alloc(0)),
    );
    truncateSync(fortran, start.length + 2 ** 27 + 1);
    expect(await messageOf('FA100', fortran, wants(1))).toContain('Fortran order');
  });

  it('reads the start of a file of 3 GB at once', async () => {
    const start = npyBytes(npyHeader('|u1', [2 ** 20, 3000]), Buffer.alloc(0));
    const path = write('big.npy', start);
    truncateSync(path, start.length + 2 ** 20 * 3000);
    const dataset = await openDataset(path, wants(50, 60), plain);
    expect(dataset.available).toBe(2 ** 20);
    expect((await readAll(dataset, 7, 100))[0]).toHaveLength(300_000);
  });

  it('names row and position of NaN and Infinity', async () => {
    const values = counting(24);
    values[17] = NaN;
    const path = write('x.npy', npyOf([2, 3, 4], values));
    expect(await messageOf('FA103', path, wants(3, 4))).toContain(
      'x.npy row 1, position [1, 1]: NaN is not a finite number',
    );
    const flat = write('x.npy', npyOf([2], [1, -Infinity]));
    expect(await messageOf('FA103', flat, wants(1))).toContain('x.npy row 1: -Infinity is not a finite number');
  });
});

describe('.npz', () => {
  it.each([true, false])('reads arrays by name (stored: %s)', async (stored) => {
    const path = write(
      'x.npz',
      zipBytes([
        { name: 'b.npy', contents: npyOf([2, 1], [5, 6]), stored },
        { name: 'readme.txt', contents: Buffer.from('hello'), stored },
        { name: 'a.npy', contents: npyOf([2, 2], [1, 2, 3, 4]), stored },
      ]),
    );
    const dataset = await openDataset(
      path,
      [
        { name: 'a', shape: [2] },
        { name: 'b', shape: [1] },
      ],
      plain,
    );
    expect(dataset.available).toBe(2);
    expect(await readAll(dataset)).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
  });

  it('leaves arrays of text out, and refuses a file of nothing else', async () => {
    const text = { name: 'classes.npy', contents: npyBytes(npyHeader('<U1', [2]), Buffer.alloc(8)) };
    const both = write('x.npz', zipBytes([text, { name: 'x.npy', contents: npyOf([1, 1], [7]) }]));
    expect(await readValues(both, wants(1))).toEqual([7]);
    expect(await messageOf('FA100', write('x.npz', zipBytes([text])), wants(1))).toContain('x.npz entry "classes.npy"');
    expect(await messageOf('FA102', write('x.npz', zipBytes([])), wants(1))).toContain('x.npz has no arrays');
  });

  it('finds damage by the checksum even where only the first rows are read', async () => {
    const contents = npyOf([1000, 10], counting(10_000));
    const bytes = zipBytes([{ name: 'x.npy', contents, stored: true }]);
    bytes[bytes.length - 1000]! ^= 1;
    const dataset = await openDataset(write('x.npz', bytes), wants(10), plain);
    await expect(readAll(dataset, 1, 1)).rejects.toThrow(/FA102 x.npz entry "x.npy" is damaged · its checksum/);
  });

  it('refuses bombs: entries that promise more than deflate can pack, or hold more than they promise', async () => {
    const zeros = Buffer.alloc(3_000_000);
    const header = npyHeader('|u1', [3, 1000]);
    const hidden = zipBytes([
      {
        name: 'x.npy',
        contents: npyBytes(header, zeros),
        claimedBytes: npyBytes(header, zeros.subarray(0, 3000)).length,
      },
    ]);
    expect(await messageOf('FA102', write('x.npz', hidden), wants(1000))).toContain('too many bytes');
    const promised = zipBytes([{ name: 'x.npy', contents: npyOf([1, 1], [1]), claimedBytes: 2 ** 31 }]);
    expect(await messageOf('FA102', write('x.npz', promised), wants(1))).toContain(
      'cannot unpack to the declared 2147483648',
    );
  });

  it('survives offsets beyond any file in 64-bit fields', async () => {
    const bytes = npzOf({ x: [[1, 1], [1]] });
    const end = bytes.length - 22;
    const locator = Buffer.alloc(20);
    locator.write('PK\x06\x07', 0, 'latin1');
    locator.writeBigUInt64LE(2n ** 63n, 8);
    const path = write('x.npz', Buffer.concat([bytes.subarray(0, end), locator, bytes.subarray(end)]));
    expect(await messageOf('FA102', path, wants(1))).toContain('x.npz is damaged');
  });

  it('refuses two entries of one name, encryption, unknown compression and what is no zip file', async () => {
    const entry = { name: 'x.npy', contents: npyOf([1, 1], [1]), stored: true };
    expect(await messageOf('FA102', write('x.npz', zipBytes([entry, entry])), wants(1))).toContain('two entries');
    for (const [field, value] of [
      [8, 1],
      [10, 99],
    ] as const) {
      const bytes = zipBytes([{ ...entry, stored: false }]);
      bytes[bytes.indexOf('PK\x01\x02') + field] = value;
      expect(await messageOf('FA102', write('x.npz', bytes), wants(1))).toContain('is damaged');
    }
    expect(await messageOf('FA102', write('x.npz', 'no zip file at all, but long enough'), wants(1))).toContain(
      'x.npz is damaged',
    );
  });

  it('says when the header of an entry does not fit the entry', async () => {
    const contents = npyBytes(npyHeader('<f8', [3, 1]), Buffer.alloc(16));
    expect(await messageOf('FA102', write('x.npz', zipBytes([{ name: 'x.npy', contents }])), wants(1))).toContain(
      'is cut',
    );
  });
});

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
    expect(await messageOf('FA102', write('x.idx', Buffer.of(0, 0, 8, 0)), wants(4))).toContain('not a list of rows');
    expect(await messageOf('FA102', write('x.idx', Buffer.of(0, 0, 7, 1)), wants(4))).toContain(
      'does not start with the bytes of this format',
    );
  });

  it('checks them against packed bytes, and stops unpacking where the promise ends', async () => {
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

it('closes its files when the consumer stops early', async () => {
  const openFiles = (): number => (existsSync('/dev/fd') ? readdirSync('/dev/fd').length : 0);
  const npz = write('x.npz', npzOf({ x: [[500, 1000], counting(500_000)] }));
  const npy = write('x.npy', npyOf([500, 1000], counting(500_000)));
  const before = openFiles();
  for (const path of [...Array<string>(20).fill(npz), ...Array<string>(20).fill(npy)]) {
    const dataset = await openDataset(path, wants(1000), plain);
    for await (const batch of dataset.batches(1, Infinity)) {
      expect(batch.count).toBe(1);
      break;
    }
  }
  await expect.poll(openFiles).toBeLessThanOrEqual(before);
});
