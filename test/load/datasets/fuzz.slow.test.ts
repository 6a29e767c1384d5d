import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuditError } from '../../../src/errors.js';
import type { NetworkInput } from '../../../src/network/inputs.js';
import { openDataset } from '../../../src/load/datasets/open-dataset.js';
import {
  counting,
  idxBytes,
  npyBytes,
  npyHeader,
  npyOf,
  npzOf,
  numberBytes,
  plain,
  readAll,
  temporaryFolder,
  wants,
} from '../../support/files/data-files.js';

const { folder, write } = temporaryFolder();
const SECONDS = 5;

const values = counting(24).map((i) => i - 3.5);
const rows = counting(8).map((row) => values.slice(3 * row, 3 * row + 3));
const files: Readonly<Record<string, Uint8Array>> = {
  'x.npy': npyOf([8, 3], values),
  'fortran.npy': npyBytes(npyHeader('>f4', [8, 3], true), numberBytes('f4', values, false)),
  'x.npz': npzOf({ x: [[8, 3], values], y: [[8], counting(8)] }),
  'x.csv': Buffer.from(`a,b,"c"\n${rows.map((row) => row.join(',')).join('\n')}\n`),
  'x.json': Buffer.from(JSON.stringify({ x: rows, y: counting(8) })),
  'list.json': Buffer.from(JSON.stringify([{ name: 'x', shape: [8, 3], data: values }])),
  'x.jsonl': Buffer.from(rows.map((x) => JSON.stringify({ x, y: 1 })).join('\n')),
  'x.idx': idxBytes(0x0d, 'f4', [8, 3], values),
  'x.idx.gz': gzipSync(idxBytes(0x0d, 'f4', [8, 3], values)),
  'unnamed.data': gzipSync(idxBytes(0x0d, 'f4', [8, 3], values)),
};

/** A file and what reads it: the model's inputs, and the path that is opened once it lies there. */
interface Sample {
  readonly bytes: Uint8Array;
  readonly wanted: NetworkInput[];
  place(bytes: Uint8Array): string;
}

const stored = (path: string): Buffer => readFileSync(new URL(`formats/data/${path}`, import.meta.url));

function parquetSample(name: string, wanted: NetworkInput[]): [string, Sample] {
  const file = `${name}.parquet`;
  return [file, { bytes: stored(`parquet/${file}`), wanted, place: (bytes) => write(file, bytes) }];
}

function imageSample(name: string, wanted: NetworkInput[] = wants(2, 3, 3)): [string, Sample] {
  const inside = name.replaceAll('/', '-');
  const place = (bytes: Uint8Array): string => {
    mkdirSync(join(folder, inside), { recursive: true });
    write(join(inside, inside), bytes);
    return join(folder, inside);
  };
  return [name, { bytes: stored(`images/${name}`), wanted, place }];
}

const compressions = ['plain', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4'];
const samples: Readonly<Record<string, Sample>> = {
  ...Object.fromEntries(
    Object.entries(files).map(([name, bytes]): [string, Sample] => [
      name,
      { bytes, wanted: wants(3), place: (damaged) => write(name, damaged) },
    ]),
  ),
  ...Object.fromEntries([
    ...compressions.map((name) => parquetSample(name, wants(13))),
    parquetSample('nested', wants(null, null, null)),
    parquetSample('one-page', wants(12)),
    parquetSample('duckdb-v2', wants(3)),
    imageSample('same/x.png'),
    imageSample('keras/c/palette.png', wants(null, null, 3)),
    imageSample('same/x.webp'),
    imageSample('same/x.tif'),
    imageSample('turned/x.jpg'),
    imageSample('moving/x.gif'),
  ]),
};

/** Damage: bytes flipped or replaced, a piece cut out or doubled, the end cut off. */
type Damage = (bytes: Buffer) => Buffer;

function flips(changes: readonly (readonly [number, number])[]): Damage {
  return (bytes) => {
    for (const [place, mask] of changes) bytes[place % bytes.length]! ^= mask;
    return bytes;
  };
}

function splices(at: number, length: number, piece: Uint8Array): Damage {
  return (bytes) =>
    Buffer.concat([bytes.subarray(0, at % bytes.length), piece, bytes.subarray((at % bytes.length) + length)]);
}

const place = fc.nat({ max: 20_000 });
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.array(fc.tuple(place, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }).map(flips),
  place.map(
    (at): Damage =>
      (bytes) =>
        bytes.subarray(0, at % bytes.length),
  ),
  fc.tuple(place, fc.nat({ max: 20 }), fc.uint8Array({ maxLength: 20 })).map((parts) => splices(...parts)),
  fc
    .tuple(
      place,
      fc.constant(8),
      fc.constantFrom(0, 0x7f, 0xff).map((byte) => new Uint8Array(8).fill(byte)),
    )
    .map((parts) => splices(...parts)),
  fc.uint8Array({ maxLength: 300 }).map(
    (bytes): Damage =>
      () =>
        Buffer.from(bytes),
  ),
);

/** What becomes of a file: a data set of finite numbers, or an AuditError; anything else is thrown. */
async function outcome({ wanted, place }: Sample, bytes: Uint8Array): Promise<'read' | 'refused'> {
  try {
    const dataset = await openDataset(place(bytes), wanted, { ...plain, outputs: [4] });
    const inputs = await readAll(dataset, 3, 1000);
    expect(inputs.flat().every(Number.isFinite)).toBe(true);
    expect(inputs[0]!.length).toBeGreaterThan(0);
    return 'read';
  } catch (error) {
    if (error instanceof AuditError) return 'refused';
    throw error;
  }
}

describe('damaged files give finite numbers or an AuditError', () => {
  it.each(Object.entries(samples))('%s', { timeout: 30_000 }, async (_, sample) => {
    const seen = { read: 0, refused: 0 };
    let slowest = 0;
    const property = fc.asyncProperty(damage, async (change) => {
      const start = performance.now();
      seen[await outcome(sample, change(Buffer.from(sample.bytes)))] += 1;
      slowest = Math.max(slowest, performance.now() - start);
    });
    expect(await outcome(sample, sample.bytes)).toBe('read');
    await fc.assert(property, { numRuns: 200, seed: 1 });
    expect(seen.refused).toBeGreaterThan(0);
    expect(slowest).toBeLessThan(SECONDS * 1000);
  });
});

describe('files cut anywhere', () => {
  /** Text that ends early may make sense, and the last bytes of some images say no more than that they end. */
  const whole = Object.entries(samples).filter(([name]) => !/csv|jsonl|unnamed|png|moving/.test(name));

  it.each(whole)('%s is refused', async (name, sample) => {
    const { bytes } = sample;
    for (let length = 0; length < bytes.length; length += Math.ceil(bytes.length / 60)) {
      expect(await outcome(sample, bytes.subarray(0, length)), `${name} ${length}`).toBe('refused');
    }
    expect(await outcome(sample, bytes.subarray(0, -1))).toBe('refused');
  });
});
