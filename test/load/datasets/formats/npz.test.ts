import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../../../src/load/datasets/open-dataset.js';
import {
  counting,
  messageOf,
  npyBytes,
  npyHeader,
  npyOf,
  npzOf,
  plain,
  readAll,
  readValues,
  temporaryFolder,
  wants,
  zipBytes,
} from '../../../support/files/data-files.js';

const { write } = temporaryFolder();

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

  it('ignores arrays of text, and refuses a file that has only these', async () => {
    const text = { name: 'classes.npy', contents: npyBytes(npyHeader('<U1', [2]), Buffer.alloc(8)) };
    const both = write('x.npz', zipBytes([text, { name: 'x.npy', contents: npyOf([1, 1], [7]) }]));
    expect(await readValues(both, wants(1))).toEqual([7]);
    expect(await messageOf('FA100', write('x.npz', zipBytes([text])), wants(1))).toContain('x.npz entry "classes.npy"');
    expect(await messageOf('FA102', write('x.npz', zipBytes([])), wants(1))).toContain('x.npz has no arrays');
  });

  it('finds damage by the checksum even if only the first rows are read', async () => {
    const contents = npyOf([1000, 10], counting(10_000));
    const bytes = zipBytes([{ name: 'x.npy', contents, stored: true }]);
    bytes[bytes.length - 1000]! ^= 1;
    const dataset = await openDataset(write('x.npz', bytes), wants(10), plain);
    await expect(readAll(dataset, 1, 1)).rejects.toThrow(/FA102 x.npz entry "x.npy" is damaged · its checksum/);
  });

  it('refuses entries that declare more than deflate can pack, or hold more than they declare', async () => {
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

  it('refuses 64-bit offsets beyond the file', async () => {
    const bytes = npzOf({ x: [[1, 1], [1]] });
    const end = bytes.length - 22;
    const locator = Buffer.alloc(20);
    locator.write('PK\x06\x07', 0, 'latin1');
    locator.writeBigUInt64LE(2n ** 63n, 8);
    const path = write('x.npz', Buffer.concat([bytes.subarray(0, end), locator, bytes.subarray(end)]));
    expect(await messageOf('FA102', path, wants(1))).toContain('x.npz is damaged');
  });

  it('refuses two entries of one name, encryption, unknown compression and files that are not zip', async () => {
    const entry = { name: 'x.npy', contents: npyOf([1, 1], [1]), stored: true };
    expect(await messageOf('FA102', write('x.npz', zipBytes([entry, entry])), wants(1))).toContain('two entries');
    for (const [field, value] of [
      [8, 1],
      [10, 99],
    ] as const) {
      const bytes = zipBytes([{ ...entry, stored: false }]);
      bytes[bytes.indexOf('PK\x01\x02') + field] = value;
      expect(await messageOf('FA100', write('x.npz', bytes), wants(1))).toMatch(/is encrypted|unsupported/);
    }
    expect(await messageOf('FA102', write('x.npz', 'no zip file at all, but long enough'), wants(1))).toContain(
      'x.npz is damaged',
    );
  });

  it('reports a header that does not fit its entry', async () => {
    const contents = npyBytes(npyHeader('<f8', [3, 1]), Buffer.alloc(16));
    expect(await messageOf('FA102', write('x.npz', zipBytes([{ name: 'x.npy', contents }])), wants(1))).toContain(
      'is cut',
    );
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
