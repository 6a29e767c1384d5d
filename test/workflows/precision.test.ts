import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Report, reportSchema } from '../../src/index.js';
import { type LayerEntry, type WeightEntry, writeNetwork } from '../support/models/written-networks.js';
import { Random } from '../support/random.js';
import { run } from '../support/terminal.js';

const SIZE = 4;
const ROWS = 8;

let folder = '';

beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'fisher-audit-precision-'))));

afterAll(() => rmSync(folder, { recursive: true }));

/** A network that begins with the given layers, and inputs around a number, which are exact in float32. */
function writeCase(name: string, layers: LayerEntry[], weights: readonly WeightEntry[], around: number): string {
  const [[first, config], ...others] = layers as [LayerEntry, ...LayerEntry[]];
  const path = writeNetwork(
    join(folder, name),
    [
      [first, { ...config, batch_input_shape: [null, SIZE] }],
      ...others,
      ['Dense', { name: 'dense', units: 5, activation: 'tanh', use_bias: false }],
      ['Dense', { name: 'outputs', units: 3, activation: 'softmax', use_bias: false }],
    ],
    [...weights, ['dense/kernel', [SIZE, 5]], ['outputs/kernel', [5, 3]]],
  );
  const random = new Random(name);
  const rows = Array.from({ length: ROWS }, () =>
    Array.from({ length: SIZE }, () => Math.fround(around + random.between(-1, 1))),
  );
  writeFileSync(join(path, 'dataset.json'), JSON.stringify(rows));
  return path;
}

async function audited(path: string, precision: string): Promise<{ report: Report; stderr: string }> {
  const { stdout, stderr, status } = await run([path, '--precision', precision, '--json']);
  expect(status).toBe(0);
  return { report: reportSchema.parse(JSON.parse(stdout)), stderr };
}

const figuresOf = ({ layers }: Report): number[] =>
  layers.flatMap(({ weights }) =>
    weights.flatMap(({ fisher, variance }) => [
      fisher.trace,
      fisher.inputVariance,
      variance.gradient ?? 0,
      variance.hessian ?? 0,
    ]),
  );

const layerNormalization: LayerEntry = [
  'LayerNormalization',
  { name: 'normalization', axis: [1], epsilon: 1e-3, center: false, scale: false },
];

describe('normalisation of inputs that are large compared with their deviations', () => {
  /** Figures in float32 differ from those in float64 by roundings alone, and without a warning. */
  async function expectAgreement(path: string): Promise<void> {
    const [rounded, exact] = [await audited(path, 'float32'), await audited(path, 'float64')];
    expect(rounded.stderr).toBe('');
    const wanted = figuresOf(exact.report);
    figuresOf(rounded.report).forEach((found, k) => {
      expect(Math.abs(found - wanted[k]!)).toBeLessThanOrEqual(1e-5 * Math.abs(wanted[k]!));
    });
  }

  it.each([1e4, 1e5, 1e6])('layer normalisation of numbers around %d', async (around) => {
    await expectAgreement(writeCase(`layer-${around}`, [layerNormalization], [], around));
  });

  it.each([1e3, 1e4, 1e5])('batch normalisation with a moving mean of %d', async (around) => {
    const config = { name: 'normalization', axis: [1], epsilon: 1e-3, center: false, scale: false };
    const statistics: WeightEntry[] = [
      ['normalization/moving_mean', [SIZE]],
      ['normalization/moving_variance', [SIZE]],
    ];
    const path = writeCase(`batch-${around}`, [['BatchNormalization', config]], statistics, around);
    const random = new Random('weights');
    const weights = [...new Array<number>(SIZE).fill(around), ...random.values([SIZE], 0.5, 1), ...random.values([35])];
    writeFileSync(join(path, 'weights.bin'), new Uint8Array(Float32Array.from(weights).buffer));
    await expectAgreement(path);
  });
});

describe('a network whose numbers float32 cannot hold', () => {
  const shifted = (offset: number): string => {
    const rescaling: LayerEntry = ['Rescaling', { name: 'shift', scale: 1, offset }];
    return writeCase(`shift-${offset}`, [rescaling, layerNormalization], [], 0);
  };

  it('gets a warning with the loss, the layer and remedies', async () => {
    const { stderr } = await audited(shifted(2 ** 20), 'float32');
    expect(stderr).toMatch(
      /^warning: float32 rounds .* At the first 2 inputs, squared scores of \S+ are off by [\d.]+%\. Use --precision float64\./,
    );
  });

  it('gets no warning in float64, nor where float32 suffices', async () => {
    expect((await audited(shifted(2 ** 20), 'float64')).stderr).toBe('');
    expect((await audited(shifted(0), 'float32')).stderr).toBe('');
  });
});
