import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answersFor } from '../../src/findings/answers.js';
import { wordedAnswer } from '../../src/report/sentences/answers.js';
import { usedEstimator } from '../../src/results/used-estimator.js';
import { audit } from '../../src/index.js';
import { short } from '../../src/text/format-numbers.js';
import { fixture, run } from '../support/terminal.js';

const INPUTS = 16;
const reportOf = (model: string) => audit({ model, inputs: INPUTS, backend: 'cpu' });
const textOf = (report: Awaited<ReturnType<typeof reportOf>>, question: string): string =>
  report.answers.find((one) => one.question === question)?.text ?? '';

describe('the answers', () => {
  it.each(['mnist', 'mnist-relu', 'mnist-untrained', 'regression'])(
    'have the numbers of the report on %s',
    async (name) => {
      const report = await reportOf(fixture(name));
      const { layers, answers } = report;
      expect(answers.map(({ question }) => question)).toEqual(['theory', 'cost', 'decision']);
      const last = layers.at(-1)?.name ?? '';
      expect(textOf(report, 'theory')).toMatch(
        new RegExp(`^In ${last}, theory favours Î₂ \\(.*\\); the computed variances agree\\. In `),
      );
      const needed = Math.max(...layers.map((layer) => layer.estimators[usedEstimator(layer)].samplesForTarget ?? NaN));
      expect(textOf(report, 'decision')).toMatch(
        new RegExp(`^Go at this checkpoint: .* ${needed} draws per input reach a relative error of 10% in every layer`),
      );
      const perDraw = layers.flatMap(({ estimators }) =>
        Object.values(estimators).map(({ cost }) => cost.flopsPerDraw ?? 0),
      );
      const all = (needed * INPUTS * perDraw.reduce((sum, flops) => sum + flops, 0)) / 1e9;
      const [, stated] = /per input: (\S+) GFLOP for 16 inputs/.exec(textOf(report, 'cost')) ?? [];
      // The sentence has two digits.
      expect(Math.abs(Number(stated) / all - 1)).toBeLessThanOrEqual(0.05);
    },
  );

  it.each(['mnist', 'mnist-relu'])('state the operations for derivatives on %s as inspect does', async (name) => {
    const { stdout } = await run(['inspect', fixture(name), '--inputs', `${INPUTS}`, '--backend', 'cpu', '--json']);
    const { cost } = JSON.parse(stdout) as { cost: { flopsPerInput: number } };
    const gigaflops = short((cost.flopsPerInput * INPUTS) / 1e9);
    expect(textOf(await reportOf(fixture(name)), 'cost')).toContain(`derivatives take another ${gigaflops} GFLOP`);
  });

  it('say for relu networks why Î₁ is favoured', async () => {
    expect(textOf(await reportOf(fixture('mnist-relu')), 'theory')).toContain(
      '(Î₂ does not apply, because there are kinks after the layer)',
    );
  });

  it('say that a dead layer has nothing to estimate', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fisher-audit-dead-'));
    try {
      cpSync(fixture('mnist-relu'), folder, { recursive: true });
      const weights = readFileSync(join(folder, 'weights.bin'));
      for (let unit = 0; unit < 128; unit++) weights.writeFloatLE(-1000, 4 * (784 * 128 + unit));
      writeFileSync(join(folder, 'weights.bin'), weights);
      const report = await reportOf(folder);
      expect(report.answers[2]).toEqual({
        question: 'decision',
        answer: 'unknown',
        text: 'Undecided: dense_1 has no information, so there is nothing to estimate. Go in the other layers.',
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are not go if sampling does not decide, or if a thousand draws are not enough', async () => {
    const { layers } = await reportOf(fixture('mnist'));
    const [first, ...others] = layers;
    if (first === undefined) throw new Error('no layer');
    const run = { inputs: INPUTS, target: 0.1, sharedFlops: 1e6 };
    const sampled = { ...first, samplingError: null, parameters: { ...first.parameters, audited: 10 } };
    const open = answersFor([sampled, ...others], run).map(wordedAnswer)[2];
    expect(open).toMatchObject({
      answer: 'unknown',
      text: expect.stringMatching(/^Undecided: too few parameters .* were sampled in dense_1\./) as string,
    });
    const { gradient, hessian } = first.estimators;
    const expensive = { ...first, estimators: { hessian, gradient: { ...gradient, samplesForTarget: 1001 } } };
    expect(answersFor([expensive, ...others], run)[2]).toMatchObject({ answer: 'no-go' });
    // An unknown error, from too few labels, does not mean that too many draws are needed.
    const unreported = {
      ...gradient,
      samplesForTarget: null,
      runs: gradient.runs.map((own) => ({ ...own, relativeError: null })),
    };
    const unknown = { ...first, samplingError: null, estimators: { hessian, gradient: unreported } };
    expect(answersFor([unknown, ...others], run)[2]).toMatchObject({ answer: 'unknown' });
  });
});
