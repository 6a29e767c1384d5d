import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type WeightDiagonal, refuseImpossible } from '../../../src/figures/weight-diagonals.js';
import { type ExportSummary, exportFisher } from '../../../src/index.js';
import { exportOptionsSchema } from '../../../src/config/options.js';
import { parseOptions } from '../../../src/config/parse-options.js';
import { writeWhole } from '../../../src/write/atomic-file.js';
import { loadNetwork } from '../../../src/workflows/stages/load.js';
import { lowerNetwork } from '../../../src/workflows/stages/lower.js';
import { planAudit } from '../../../src/workflows/stages/plan.js';
import { float64 } from '../../../src/kernels/float64.js';
import { tensorFileFormats } from '../../../src/write/tensor-files/index.js';
import { nameTensors } from '../../../src/write/tensor-files/name-tensors.js';
import { fixture, run } from '../../support/terminal.js';
import { type ReadTensors, readTensors } from '../../support/files/tensor-files.js';

let folder = '';
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'fisher-audit-cli-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const iris = fixture('iris');
const extensions = Object.values(tensorFileFormats).map(({ extension }) => extension);

describe.each(extensions)('export to %s', (extension) => {
  it('describes the tensors', async () => {
    const file = join(folder, `summary${extension}`);
    const { status, stderr } = await run(['export', iris, '-o', file, '--seed', '5', '--skip-layer', 'dense_2']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { metadata } = await readTensors(file);
    const model = await run([iris, '--json', '-m', '4']);
    const report = JSON.parse(model.stdout) as { model: { sha256: string }; tool: { version: string } };
    expect(metadata).toMatchObject({
      tool: 'fisher-audit',
      tool_version: report.tool.version,
      model: join(iris, 'model.json'),
      model_sha256: report.model.sha256,
      data: join(iris, 'dataset.csv'),
      synthetic: 'false',
      inputs: '150',
      likelihood: 'categorical',
      estimator: 'exact',
      exact: 'true',
      samples: '64',
      seed: '5',
      kinks: 'strict',
      precision: 'float32',
    });
    expect(metadata['variances']).toContain('variance/(N·M)');
    expect((JSON.parse(metadata['conventions'] ?? '') as string[])[0]).toMatch(
      /^The diagonal and the variances are computed for every input/,
    );
    expect(JSON.parse(metadata['not_exported'] ?? '')).toEqual([
      { name: 'dense_2', type: 'Dense', parameters: 136, reason: 'skipped' },
    ]);
    for (const value of Object.values(metadata)) expect(typeof value).toBe('string');
  });

  it('is the same file for the same figures', async () => {
    const files = ['one', 'two'].map((name) => join(folder, name + extension));
    for (const file of files) await run(['export', iris, '-o', file]);
    expect(readFileSync(files[0]!).equals(readFileSync(files[1]!))).toBe(true);
  });

  it('keeps names as they are', async () => {
    const names = ['a/b', 'Größe', '7', '__proto__', 'x.y', 'with "quotes"', 'λ·θ', 'a.npy', '🐟'];
    const tensors = names.map((name, k) => ({ name, shape: [2, 1], values: Float64Array.of(k, -1 / 3) }));
    const scalar = { name: 'scalar', shape: [], values: Float64Array.of(4) };
    const vector = { name: 'vector', shape: [3], values: Float64Array.of(1e-300, 2, 3) };
    const empty = { name: 'empty', shape: [0, 2], values: new Float64Array(0) };
    const file = await written(extension, { tensors: [...tensors, scalar, empty, vector], metadata: { Î: '🐟 "σ"' } });
    expect(file.metadata).toEqual({ Î: '🐟 "σ"' });
    expect([...file.tensors.keys()].sort()).toEqual([...names, 'scalar', 'vector', 'empty'].sort());
    for (const { name, shape, values } of [...tensors, scalar, empty, vector]) {
      expect(file.tensors.get(name), name).toEqual({ shape, values });
    }
  });
});

type TensorFile = Parameters<(typeof tensorFileFormats)['npz']['write']>[0];

async function written(extension: string, contents: TensorFile): Promise<ReadTensors> {
  const format = Object.values(tensorFileFormats).find((one) => one.extension === extension);
  const file = join(folder, `written${extension}`);
  expect(await writeWhole(file, format!.write(contents))).toBe(readFileSync(file).length);
  return readTensors(file);
}

it('an export without data warns, and the file says that its inputs were drawn', async () => {
  const [model, file] = [join(folder, 'alone'), join(folder, 'alone.npz')];
  mkdirSync(model);
  for (const name of ['model.json', 'weights.bin']) copyFileSync(join(iris, name), join(model, name));
  const { status, stderr } = await run(['export', model, '-o', file, '-m', '8']);
  expect(status).toBe(0);
  expect(stderr).toMatch(/^warning: no data set was given/);
  expect((await readTensors(file)).metadata).toMatchObject({
    synthetic: 'true',
    data: 'synthetic inputs',
    inputs: '8',
  });
  expect((await run(['export', model, '-o', file, '--require-data'])).stderr).toMatch(/^FA107/);
});

describe('standard output', () => {
  it('says what was written, as text no wider than the terminal or as JSON', async () => {
    const file = join(folder, 'summary.npz');
    for (const columns of [60, 80, 120]) {
      const { stdout } = await run(['export', fixture('mnist'), '-m', '4', '-o', file], { columns });
      expect(stdout.replace(/\s+/g, ' ')).toBe(
        `${file}: the diagonal Fisher and variances of 242 762 parameters in 8 weights, over 4 inputs (32 tensors, 7.8 MB) `,
      );
      const lines = stdout.split('\n').filter((line) => !line.includes(file));
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
    }
    const args = ['export', iris, '-o', file, '--estimator', 'gradient', '-n', '4,32', '--skip-layer', 'dense_3'];
    const text = (await run(args)).stdout.replace(/\s+/g, ' ');
    expect(text).toContain('the estimate Î₁ of the diagonal Fisher and variances of');
    expect(text).toContain('over 150 inputs, 32 label draws each');
    expect(text).toContain('not audited: dense_3 (Dense, 27 parameters)');
    const summary = JSON.parse((await run([...args, '--json'])).stdout) as ExportSummary;
    expect(summary).toMatchObject({ file, format: 'npz', tensors: 16, weights: 4, estimator: 'gradient', samples: 32 });
    expect(summary.bytes).toBe(readFileSync(file).length);
    expect(summary.notAudited).toHaveLength(1);
  });
});

describe('exit status', () => {
  it.each([
    [['-o', 'x.txt'], /^FA401 --output: got x\.txt, expected a name that ends in \.safetensors or \.npz/],
    [[], /^FA401 required option '-o, --output <file>' not specified/],
    [['-o', '/no/such/folder/x.npz'], /^FA402 .*cannot be written/],
    [['-o', 'x.npz', '--estimator', 'both'], /^FA401 --estimator: got both, expected one of: exact, gradient, hessian/],
    [['-o', 'x.npz', '--target', '0.1'], /^FA401 unknown option '--target'/],
    [['-o', 'x.npz', '-n', '0'], /^FA401 --samples: got 0/],
  ])('2: %j', async (args, message) => {
    const { status, stdout, stderr } = await run(['export', iris, ...args]);
    expect(stderr).toMatch(message);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  it.each([
    [
      'mnist-relu',
      ['--estimator', 'hessian'],
      /^FA304 --estimator hessian: Î₂ does not apply to dense_1 and dense_2 · .*--kinks almost-everywhere/,
    ],
    ['mnist-lenet-tanh', ['--parameters', '7'], /^FA401 --parameters: 7 of the 150 parameters of .*conv2d_1\/kernel/],
  ])('2: nothing is written for %s with %j', async (name, args, message) => {
    const file = join(folder, 'nothing.npz');
    const { status, stdout, stderr } = await run(['export', fixture(name), '-m', '2', '-o', file, ...args]);
    expect(stderr).toMatch(message);
    expect({ status, stdout, written: existsSync(file) }).toEqual({ status: 2, stdout: '', written: false });
  });

  it('2: tensors that do not fit into memory are refused before any computation', async () => {
    const model = fixture('mnist');
    const request = { model, file: join(folder, 'memory.npz'), inputs: 2 };
    await expect(exportFisher({ ...request, memory: 64e6 })).resolves.toMatchObject({ weights: 8 });
    const options = parseOptions(exportOptionsSchema, { inputs: 2, parameters: 'all' });
    const lowered = lowerNetwork(await loadNetwork(model, Infinity, []), options.likelihood);
    const plan = planAudit(lowered!, 2, float64, options);
    // Mean, variance over the inputs and both variances of a draw.
    const bytes = 4 * 8 * 242762;
    const refuse = (memory: number): void => refuseImpossible(plan, { estimator: 'exact', samples: 64, memory });
    expect(() => refuse(bytes)).not.toThrow();
    expect(() => refuse(bytes - 1)).toThrow(/^FA401 --memory: the tensors take 8 MB, more than 7 MB/);
  });

  it('--parameters all is accepted', async () => {
    const args = ['export', iris, '-o', join(folder, 'all.npz'), '--parameters', 'all', '--json'];
    expect(JSON.parse((await run(args)).stdout)).toMatchObject({ parameters: 243 });
  });
});

describe('names', () => {
  const diagonal = (name: string): WeightDiagonal => {
    const values = new Float64Array(1);
    const figures = { fisher: values, gradientVariance: values, hessianVariance: null, inputVariance: values };
    return { layer: 'l', name, shape: [1], exact: true, ...figures };
  };

  it.each([
    [['w', 'w.gradient_variance'], /^FA406 the name "w.gradient_variance" would name two tensors/],
    [['w', 'w'], /^FA406 the name "w" would name two tensors/],
    [['__metadata__'], /^FA406 the name "__metadata__" is kept for metadata/],
    [['\ud800'], /^FA406 .* is not a text in Unicode/],
  ])('%j are refused', (names, message) => {
    expect(() => nameTensors(names.map(diagonal))).toThrow(message);
  });

  it.each(['../x', '/x', 'a\\b', 'C:x'])('%j is refused as a name in a .npz, and no file remains', async (name) => {
    const contents = { tensors: [{ name, shape: [1], values: Float64Array.of(1) }], metadata: {} };
    const file = join(folder, 'refused.npz');
    await expect(writeWhole(file, tensorFileFormats.npz.write(contents))).rejects.toMatchObject({ code: 'FA406' });
    expect(readdirSync(folder).filter((one) => one.includes('refused'))).toEqual([]);
    expect((await written('.safetensors', contents)).tensors.get(name)?.values).toEqual(Float64Array.of(1));
  });
});

describe('a file is written whole or not at all', () => {
  it('a failed export keeps the old file', async () => {
    const file = join(folder, 'kept.npz');
    writeFileSync(file, 'before');
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(2 ** 20);
      expect(readFileSync(file, 'utf8')).toBe('before');
      expect(readdirSync(folder).filter((name) => name.includes('kept'))).toHaveLength(2);
      throw new Error('broken');
    }
    await expect(writeWhole(file, broken())).rejects.toThrow('broken');
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(readdirSync(folder).filter((name) => name.includes('kept'))).toEqual(['kept.npz']);
  });

  it('a folder of that name, and a missing folder, are errors', async () => {
    const taken = join(folder, 'taken.npz');
    mkdirSync(taken);
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield Uint8Array.of(1);
    }
    for (const file of [taken, join(folder, 'no', 'x.npz')])
      await expect(writeWhole(file, bytes())).rejects.toMatchObject({ code: 'FA402' });
    expect((await run(['export', iris, '-o', taken])).stderr).toMatch(/^FA402 .*it is a folder/);
    expect(readdirSync(folder).filter((name) => name.includes('taken'))).toEqual(['taken.npz']);
  });
});

it.each([
  [{ model: iris }, /file: expected the path of a file/],
  [{ model: iris, file: 'x.npz', maxError: 1 }, /unknown option maxError/],
  [{ model: iris, file: 'x.csv' }, /--output: got x\.csv/],
])('the API refuses %j', async (request, message) => {
  await expect(exportFisher(request as never)).rejects.toMatchObject({
    name: 'AuditError',
    message: expect.stringMatching(message) as string,
  });
});
