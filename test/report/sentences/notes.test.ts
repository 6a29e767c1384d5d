import { expect, it } from 'vitest';
import { audit } from '../../../src/index.js';
import { incompleteNote } from '../../../src/report/sentences/notes.js';
import { judged } from '../../support/reports/judged.js';
import { fixture, shown } from '../../support/terminal.js';

it.each([
  [
    ['--parameters', '40'],
    /Incomplete: only a random subset of the parameters of \S+ and \S+ was .*--parameters all.*: incomplete/,
  ],
  [['--skip-layer', 'dense_1'], /Incomplete: dense_1 was skipped \(remove --skip-layer to audit it\)\. .*: incomplete/],
  [[], /^(?!.*incomplete)/i],
])('an audit with %j says why it is incomplete, if it is', async (args, expected) => {
  expect(await shown([fixture('mnist-lenet-tanh'), '-m', '2', ...args])).toMatch(expected);
});

it('figures from label draws are incomplete, unless every output is derived', async () => {
  const report = await audit({ model: fixture('iris'), inputs: 8 });
  const layers = report.layers.map((layer) => ({ ...layer, samplingError: 0.1 }));
  const estimated = { ...report, layers };
  const facts = incompleteNote({ ...estimated, verdict: judged({ report: estimated, baseline: null }, new Map()) });
  expect(facts).toContain('are estimates from label draws (--samples 3 or more makes them exact)');
});

it('a narrow table still shows that a layer was sampled', async () => {
  const args = [fixture('mnist-lenet-tanh'), '-m', '2'];
  const sampled = await shown([...args, '--parameters', '40'], 70);
  expect(sampled).toMatch(/Columns not shown: type,? (and )?mean I/);
  expect(sampled).toContain(' conv2d_1 46 of 156 ');
  expect(await shown([...args, '--parameters', '40', '--by', 'weight'], 48)).toMatch(/ 40 of .*Columns not shown: /);
});

it('with --kinks almost-everywhere, the note on kinks does not say that Î₂ does not apply', async () => {
  const args = [fixture('mnist-relu'), '-m', '2'];
  expect(await shown(args)).toContain('Î₂ therefore does not apply, unless you choose --kinks almost-everywhere.');
  const everywhere = await shown([...args, '--kinks', 'almost-everywhere']);
  expect(everywhere).toContain('Î₂ is used nevertheless, because of --kinks almost-everywhere.');
  expect(everywhere).not.toContain('does not apply');
});
