import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { auditOptionsSchema } from '../../src/config/options.js';
import { loadConfig } from '../../src/config/config-file.js';
import { parseOptions } from '../../src/config/parse-options.js';
import { AuditError } from '../../src/errors.js';
import { matchesGlob } from '../../src/text/glob.js';
import { openNetwork } from '../../src/workflows/front-ends.js';
import { readBaseline, readResult } from '../../src/workflows/saved-results.js';
import { lowerNetwork } from '../../src/workflows/stages/lower.js';
import { kerasMembers } from '../support/models/keras-files.js';
import { parquetBytes } from '../support/files/parquet-bytes.js';
import {
  idxBytes,
  npyBytes,
  npyHeader,
  npyOf,
  readValues,
  temporaryFolder,
  wants,
  zipBytes,
} from '../support/files/data-files.js';
import { keras3Input, keras3Layer, keras3Model, withWeights, writeSaved } from '../support/models/models.js';
import { text } from '../support/reports/stored-results.js';

/** Twice the input may take this many times the processor time; 4 would be quadratic. */
const MOST_GROWTH = 2.5;
/** Milliseconds below which times are noise. */
const LEAST = 30;
const NOISE = 15;

/** Beyond it, the garbage collector of V8 needs several times longer for each value of a JSON text. */
const MOST_VALUES = 100_000;

const { folder, write } = temporaryFolder();

/** A parser, and inputs on which it must not take time that grows with the square of their size. */
interface Parser {
  /** The first size that is tried, and the largest one; limits of the parser may keep it small. */
  readonly sizes: readonly [number, number];
  /** Makes an input of this size. */
  readonly make: (size: number) => string | Promise<string>;
  /** Reads the input, which is a path or a text. */
  readonly parse: (input: string) => unknown;
}

const times = (size: number, part: (k: number) => string): string =>
  Array.from({ length: size }, (_, k) => part(k)).join('');
const digits = (size: number): string => '1'.repeat(size);

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

const options = (name: string, value: (size: number) => string): Parser => ({
  sizes: [1e4, 4e6],
  make: value,
  parse: (given) => parseOptions(auditOptionsSchema, { [name]: given }),
});

const MODEL = join(folder, 'models');
mkdirSync(MODEL);

const lowered = async (path: string): Promise<unknown> => lowerNetwork(await openNetwork(path, 1e9), 'auto');

const model = (config: (size: number) => object, most = 7000): Parser => ({
  sizes: [50, most],
  make: (size) => writeSaved(MODEL, withWeights(keras3Model('Functional', config(size)) as never, {})),
  parse: lowered,
});

const activation = (name: string, from: string): object =>
  keras3Layer('Activation', { name, activation: 'tanh' }, [from]);
const names = (size: number): string[] => Array.from({ length: size }, (_, k) => `l${k}`);
const graph = (layers: readonly object[], inputs: readonly string[], output: string): object => ({
  name: 'm',
  layers,
  input_layers: inputs.map((name) => [name, 0, 0]),
  output_layers: [[output, 0, 0]],
});

const keras = await kerasMembers(folder, 'keras3-sequential');
const zipped = (members: Readonly<Record<string, string | Uint8Array>>): Buffer =>
  zipBytes(
    Object.entries(members).map(([name, contents]) => ({ name, contents: Buffer.from(contents), stored: true })),
  );

const config = (sizes: Parser['sizes'], contents: (size: number) => string): Parser => ({
  sizes,
  make: (size) => write('fisher-audit.config.json', contents(size)),
  parse: (path) => loadConfig(path, path),
});

const report = JSON.parse(text('results/pass.json')) as { layers: { name: string }[] };

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
  'a chain of layers': model((size) =>
    graph(
      [keras3Input('in', 3), ...names(size).map((name, k) => activation(name, k === 0 ? 'in' : `l${k - 1}`))],
      ['in'],
      `l${size - 1}`,
    ),
  ),
  'a chain of layers, last one first': model((size) =>
    graph(
      [
        ...names(size)
          .map((name, k) => activation(name, k === 0 ? 'in' : `l${k - 1}`))
          .reverse(),
        keras3Input('in', 3),
      ],
      ['in'],
      `l${size - 1}`,
    ),
  ),
  'a Concatenate of many, listed first': model((size) =>
    graph(
      [
        keras3Layer('Concatenate', { name: 'all', axis: -1 }, names(size)),
        keras3Input('in', 3),
        ...names(size).map((name) => activation(name, 'in')),
      ],
      ['in'],
      'all',
    ),
  ),
  'many inputs': model((size) =>
    graph(
      [
        ...names(size).map((name) => keras3Input(name, 3)),
        keras3Layer('Concatenate', { name: 'all', axis: -1 }, names(size)),
      ],
      names(size),
      'all',
    ),
  ),
  'many layers that are not supported': model((size) =>
    graph(
      [keras3Input('in', 3), ...names(size).map((name, k) => keras3Layer(`Own${k}`, { name }, ['in']))],
      ['in'],
      'l0',
    ),
  ),
  'a .keras configuration of many braces': {
    sizes: [1000, 250_000],
    make: (size) =>
      write(
        'model.keras',
        zipped({ ...keras, 'config.json': `{"class_name":"Sequential","config":{"x":[${'{},'.repeat(size)}{}]}}` }),
      ),
    parse: lowered,
  },
  'a .keras configuration of nested lists': {
    sizes: [1000, MOST_VALUES],
    make: (size) => write('model.keras', zipped({ ...keras, 'config.json': '['.repeat(size) + ']'.repeat(size) })),
    parse: lowered,
  },
  'a configuration of many unknown keys': config(
    [500, 3e5],
    (size) => `{${times(size, (k) => `"unknown${k}": 1,\n`)}"x": 1}`,
  ),
  'a configuration of many unknown rules': config(
    [500, 3e5],
    (size) => `{"policy": {${times(size, (k) => `"unknown${k}": 1,\n`)}"x": 1}}`,
  ),
  'a configuration of many patterns': config(
    [50, 500],
    (size) =>
      `{"policy": {"layers": {${times(size, (k) => `"${'a*'.repeat(400)}${k}": {"maxError": 0.1},\n`)}"x": {}}}}`,
  ),
  'a configuration of too many patterns': config(
    [1000, 1e5],
    (size) => `{"policy": {"layers": {${times(size, (k) => `"a*${k}": {"maxError": 0.1},\n`)}"x": {}}}}`,
  ),
  'a pattern on a long name': {
    sizes: [1e4, 4e6],
    make: (size) => 'a'.repeat(size),
    parse: (name) => matchesGlob(name, '*a*a*a*a*b'),
  },
  'a long pattern': {
    sizes: [1e3, 1e6],
    make: (size) => '*a'.repeat(size),
    parse: (glob) => matchesGlob('a'.repeat(50), `${glob}b`),
  },
  '--memory of many digits': options('memory', (size) => `${digits(size)}x`),
  '--memory of many spaces': options('memory', (size) => `1${' '.repeat(size)}x`),
  '--target of many digits': options('target', (size) => `${digits(size)}.${digits(size)}e${digits(size)}x`),
  '--target of many spaces': options('target', (size) => `${' '.repeat(size)}1${' '.repeat(size)}%x`),
  '--samples of many counts': options('samples', (size) => '1,x,'.repeat(size / 40)),
  'a saved report of many layers': {
    sizes: [10, 5000],
    make: (size) =>
      write(
        'report.json',
        JSON.stringify({ ...report, layers: names(size).map((name) => ({ ...report.layers[0], name })) }),
      ),
    parse: readResult,
  },
  'a saved report that is damaged everywhere': {
    sizes: [1000, 250_000],
    make: (size) => write('report.json', `{"schemaVersion": 1, "kind": "audit", "layers": [${'{},'.repeat(size)}{}]}`),
    parse: readResult,
  },
  'a baseline of many layers that are damaged': {
    sizes: [1000, 250_000],
    make: (size) =>
      write(
        'baseline.json',
        `{"schemaVersion": 1, "kind": "baseline", "layers": {${times(size, (k) => `"l${k}": {},`)}"x": {}}}`,
      ),
    parse: readBaseline,
  },
};

/** A gzip member without anything in it. */
const EMPTY = gzipSync(Buffer.alloc(0));

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Milliseconds of processor time that parsing takes; a refusal takes time too. */
async function cost(parse: Parser['parse'], input: string): Promise<number> {
  const start = process.cpuUsage();
  try {
    await parse(input);
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

async function best(parse: Parser['parse'], input: string, tries = 3): Promise<number> {
  let least = Infinity;
  for (let k = 0; k < tries; k++) least = Math.min(least, await cost(parse, input));
  return least;
}

/** The times at a size that takes long enough to be measured, and at twice that size. */
async function measured({
  sizes: [first, most],
  make,
  parse,
}: Parser): Promise<{ size: number; once: number; twice: number }> {
  let size = first;
  while (size < most && (await best(parse, await make(size))) < LEAST) size = Math.min(most, 2 * size);
  const once = await best(parse, await make(size));
  const twice = await best(parse, await make(2 * size));
  return { size, once, twice };
}

const isLinear = ({ once, twice }: { once: number; twice: number }): boolean => twice <= MOST_GROWTH * once + NOISE;

describe('twice the input takes at most 2.5 times the time', () => {
  it.each(Object.entries(parsers))('%s', async (_name, parser) => {
    const found = await measured(parser);
    // Other processes may have disturbed the first measurement.
    const again = isLinear(found) ? found : await measured(parser);
    expect(isLinear(again), JSON.stringify(again)).toBe(true);
  });
});
