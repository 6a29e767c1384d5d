import { truncateSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../../../src/load/datasets/open-dataset.js';
import {
  counting,
  messageOf,
  npyBytes,
  npyHeader,
  npyOf,
  numberBytes,
  plain,
  readAll,
  readValues,
  temporaryFolder,
  wants,
  writers,
} from '../../../support/files/data-files.js';

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
  ])('refuses invalid headers (%#)', async (header, reason) => {
    expect(await messageOf('FA102', write('x.npy', npyBytes(header, Buffer.alloc(8))), wants(1))).toContain(reason);
  });

  it('reports a file that is too short or too long before it reads any number', async () => {
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
    expect(await messageOf('FA100', write('x.npy', unknown), wants(3))).toContain('version 9');
  });

  it('allocates nothing for impossible sizes', async () => {
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

  it('names the row and position of NaN and Infinity', async () => {
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
