import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { auditOptionsSchema } from '../../src/config/options.js';
import { loadConfig } from '../../src/config/config-file.js';
import { parseOptions } from '../../src/config/parse-options.js';
import { matchesGlob } from '../../src/text/glob.js';
import { openNetwork } from '../../src/workflows/front-ends.js';
import { readBaseline, readResult } from '../../src/workflows/saved-results.js';
import { lowerNetwork } from '../../src/workflows/stages/lower.js';
import { kerasMembers } from '../support/models/keras-files.js';
import { temporaryFolder, zipBytes } from '../support/files/data-files.js';
import { MOST_VALUES, type Parser, describeLinear, digits, times } from '../support/linear-time.js';
import { keras3Input, keras3Layer, keras3Model, withWeights, writeSaved } from '../support/models/models.js';
import { text } from '../support/reports/stored-results.js';

const { folder, write } = temporaryFolder();

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

describeLinear(parsers);
