import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type SymbolicTensor, input, layers, model } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { AuditError, type Report, audit, reportSchema } from '../../../src/index.js';
import { float32Kernels } from '../../support/backends.js';
import { type Json, byteDamage, place, valueDamage } from '../../support/files/damage.js';
import { type SavedModel, type WeightSpec, savedModel, writeSaved } from '../../support/models/models.js';
import { Random } from '../../support/random.js';
import { randomise } from '../../support/models/tfjs-models.js';
import { npzOf, temporaryFolder } from '../../support/files/data-files.js';

const SECONDS = 5;
const BYTES = 2 ** 30;
/** More of them (FUZZ_RUNS=20000 FUZZ_SEED=7) while the loader is worked on. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 150);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

const { folder, write } = temporaryFolder();

const fixture = (name: string): SavedModel => {
  const path = (file: string): string =>
    join(new URL(`../../../fixtures/oracle/${name}`, import.meta.url).pathname, file);
  return {
    json: JSON.parse(readFileSync(path('model.json'), 'utf8')) as SavedModel['json'],
    files: { 'weights.bin': readFileSync(path('weights.bin')) },
  };
};

/** Two inputs, branches, a nested model used twice, frozen weights, and one of each layer whose keys may be left out. */
async function branches(): Promise<SavedModel> {
  const apply = (layer: layers.Layer, ...inputs: SymbolicTensor[]): SymbolicTensor =>
    layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as SymbolicTensor;
  const u = input({ shape: [3], name: 'u' });
  const side = apply(layers.dense({ units: 3, activation: 'hardSigmoid', trainable: false, name: 'frozen' }), u);
  const half = apply(layers.dense({ units: 3, activation: 'tanh', name: 'half' }), u);
  const twin = model({ inputs: u, outputs: apply(layers.multiply({ name: 'product' }), side, half), name: 'twin' });
  const a = input({ shape: [3], name: 'a' });
  const b = input({ shape: [3], name: 'b' });
  const normal = apply(layers.batchNormalization({ name: 'normal' }), apply(twin, a));
  const cut = apply(layers.reLU({ maxValue: 0.4, name: 'cut' }), apply(twin, b));
  const flat = apply(layers.flatten({ name: 'flat' }), apply(layers.reshape({ targetShape: [1, 3], name: 'row' }), b));
  const bent = apply(layers.prelu({ name: 'bent' }), flat);
  const sum = apply(layers.add({ name: 'sum' }), normal, cut);
  const all = apply(layers.concatenate({ name: 'all' }), sum, bent, apply(layers.softmax({ name: 'soft' }), a));
  const network = model({ inputs: [a, b], outputs: apply(layers.dense({ units: 2, name: 'end' }), all) });
  randomise(network, new Random('branches'));
  return savedModel(network);
}

/** A masked sequence, recurrent layers, cells and layers inside others. */
async function sequences(): Promise<SavedModel> {
  const x = input({ shape: [3, 2], name: 'x' });
  const gate = { recurrentActivation: 'sigmoid' as const };
  const chain = [
    layers.masking({ name: 'mask' }),
    layers.bidirectional({
      layer: layers.gru({ units: 1, returnSequences: true, ...gate }) as layers.RNN,
      mergeMode: 'concat',
      name: 'both',
    }),
    layers.rnn({ cell: [layers.simpleRNNCell({ units: 2 }), layers.lstmCell({ units: 1, ...gate })], name: 'stack' }),
    layers.repeatVector({ n: 2, name: 'again' }),
    layers.timeDistributed({ layer: layers.dense({ units: 2, activation: 'tanh' }), name: 'each' }),
  ];
  const outputs = chain.reduce((value, layer) => layer.apply(value) as SymbolicTensor, x);
  const network = model({ inputs: x, outputs });
  randomise(network, new Random('sequences'));
  return savedModel(network);
}

/** A model with weights in eight bits. */
function quantised({ json }: SavedModel): SavedModel {
  const [group] = json.weightsManifest;
  const weights = group!.weights.map((spec): WeightSpec => ({
    ...spec,
    quantization: { dtype: 'uint8', scale: 0.01, min: -1.1 },
  }));
  const count = weights.reduce((sum, { shape }) => sum + shape.reduce((x, y) => x * y, 1), 0);
  const random = new Random('quantised');
  return {
    json: { ...json, weightsManifest: [{ paths: ['weights.bin'], weights }] },
    files: { 'weights.bin': Uint8Array.from({ length: count }, () => random.integer(256)) },
  };
}

const models: Record<string, () => Promise<SavedModel>> = {
  'layernorm-gelu': () => Promise.resolve(fixture('layernorm-gelu')),
  'mlp-relu-then-tanh': () => Promise.resolve(fixture('mlp-relu-then-tanh')),
  branches,
  sequences,
  quantised: async () => quantised(fixture('mlp-relu-then-tanh')),
};

/** Bytes of numbers at the edge of float32 in place of a weight. */
const weightDamage = fc.oneof(
  byteDamage,
  fc
    .tuple(place, fc.constantFrom(3e38, -3e38, 1e20, 1e-40, NaN, Infinity, 0))
    .map(([at, to]) => (bytes: Uint8Array) => {
      const copy = Uint8Array.from(bytes);
      new DataView(copy.buffer).setFloat32(4 * (at % Math.floor(copy.length / 4)), to, true);
      return copy;
    }),
);

/** Keys whose values change what a network computes, or what is trained, or what things are called. */
const MATTERING = new Set(
  (
    'activation axis epsilon alpha max_value negative_slope threshold shared_axes trainable class_name name ' +
    'mask_value merge_mode layer cell cells n go_backwards return_sequences recurrent_activation reset_after ' +
    'inbound_nodes input_layers output_layers layers keras_version scale min dtype shape paths weights units center'
  ).split(' '),
);

/** Keys that may be left out, with another meaning: a ReLU without a maximum. */
const OPTIONAL = new Set(['max_value']);

/** Keys by which a value is reached, where it is another in both; keys that are only in one of them do not count. */
function changedKeys(before: Json, after: Json, key: string): string[] {
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) {
    return Object.is(before, after) ? [] : [key];
  }
  if (Array.isArray(before) !== Array.isArray(after)) return [key];
  if (Array.isArray(before) && Array.isArray(after) && before.length !== after.length) return [key];
  const name = (own: string): string => (Array.isArray(before) ? key : own);
  return Object.keys(before)
    .filter((own) => OPTIONAL.has(own) || Object.hasOwn(after, own))
    .flatMap((own) => changedKeys((before as never)[own], (after as never)[own], name(own)));
}

/** What a report says, without what differs from run to run. */
function figures(report: Report): unknown {
  const { model: source, run, data, ...rest } = report;
  const text = JSON.stringify({ ...rest, parameters: source.parameters, inputs: data.inputs, samples: run.samples });
  return JSON.parse(text, (key, own: unknown) => (key === 'secondsPerDraw' ? null : own));
}

const options = { inputs: 3, samples: [4], parameters: 16, likelihood: 'gaussian', precision: 'float64' } as const;

/** A report that is whole, or null for an AuditError; anything else is thrown. */
async function outcome(
  saved: SavedModel,
  text: string | Uint8Array,
  data: string,
  more: object = {},
): Promise<Report | null> {
  const path = writeSaved(folder, saved);
  write('model.json', text);
  try {
    const report = await audit({ model: path, data, ...options, ...more });
    const checked = reportSchema.safeParse(report);
    if (!checked.success) throw new Error(`invalid report: ${checked.error.message.slice(0, 2000)}`);
    return report;
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    // eslint-disable-next-line no-control-regex
    expect(error.message).not.toMatch(/[\u0000-\u001f]/);
    expect(error.message.length).toBeLessThan(30_000);
    return null;
  }
}

describe.each(Object.keys(models))('damaged %s', (name) => {
  let saved: SavedModel;
  let text: string;
  let data: string;
  let whole: unknown;

  beforeAll(async () => {
    await float32Kernels('cpu');
    saved = await (models[name] as () => Promise<SavedModel>)();
    text = JSON.stringify(saved.json);
    const random = new Random('data');
    const array = (width: number) => [[3, width], [...random.values([3, width])]] as const;
    const arrays = name === 'branches' ? { a: array(3), b: array(3) } : { x: array(name === 'sequences' ? 6 : 5) };
    data = write(`${name}.npz`, npzOf(arrays));
    whole = figures((await outcome(saved, text, data))!);
  });

  const seen = { read: 0, refused: 0 };

  /** One audit of damaged files, in bounds; what is read in spite of it is compared with the report of the whole. */
  async function check(files: SavedModel, damaged: string | Uint8Array, more: object = {}): Promise<void> {
    const start = performance.now();
    const report = await outcome(files, damaged, data, more);
    expect(performance.now() - start).toBeLessThan(SECONDS * 1000);
    expect(process.resourceUsage().maxRSS * 1024).toBeLessThan(2 * BYTES);
    seen[report === null ? 'refused' : 'read'] += 1;
    if (report === null || files !== saved) return;
    if (JSON.stringify(figures(report)) === JSON.stringify(whole)) return;
    const after = JSON.parse(Buffer.from(damaged as Uint8Array).toString()) as Json;
    const keys = changedKeys(JSON.parse(text) as Json, after, '');
    if (keys.some((key) => MATTERING.has(key))) return;
    throw new Error(`another report though only ${keys.join(', ') || 'a key'} changed: ${JSON.stringify(after)}`);
  }

  const run = <T>(damage: fc.Arbitrary<T>, property: (damage: T) => Promise<void>): Promise<void> =>
    fc.assert(fc.asyncProperty(damage, property), { numRuns: RUNS, seed: SEED, endOnFailure: true });

  it('bytes of model.json', async () => {
    await run(byteDamage, (damage) => check(saved, damage(Buffer.from(text))));
    expect(seen.refused).toBeGreaterThan(0);
  });

  it('values in model.json', async () => {
    await run(valueDamage, (damage) => check(saved, damage(text)));
  });

  it('weights', async () => {
    const weights = saved.files['weights.bin']!;
    await run(fc.tuple(weightDamage, fc.constantFrom('float32', 'float64')), ([damage, precision]) =>
      check({ ...saved, files: { 'weights.bin': damage(weights) } }, text, { precision, backend: 'cpu' }),
    );
    expect(seen.read).toBeGreaterThan(0);
  });
});
