import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { audit, compare } from '../../../../dist/index.js';
import { main } from '../../../../dist/cli.js';
import { tinyModel } from './tiny-model.mjs';

/** Saved results and configuration files: what reads them with the network that they belong to. */
export async function resultSamples(folder) {
  const model = tinyModel(join(folder, 'model-of-results'), [4]);
  const own = (name) => {
    mkdirSync(join(folder, name));
    return join(folder, name, 'own.json');
  };
  const report = Buffer.from(JSON.stringify(await audit({ model, inputs: 2, backend: 'cpu' })));
  const config = {
    samples: [8, 16],
    inputs: 4,
    policy: { maxError: '50%', layers: { 'dense*': { maxFisher: 1, minFisher: 0 } } },
  };
  const base = own('report');
  const shown = own('shown-report');
  const settings = own('config');
  const baseline = own('baseline');
  const quiet = ['--inputs', '2', '--backend', 'cpu', '-q'];
  await command([model, ...quiet, '--baseline', baseline, '--update-baseline']);
  const samples = [
    [
      'report.json: compared',
      report,
      base,
      () => compare({ base, head: model, inputs: 2, samples: 2, backend: 'cpu' }),
    ],
    ['report.json: shown', report, shown, () => command(['report', shown])],
    [
      'configuration',
      Buffer.from(JSON.stringify(config)),
      settings,
      () => command([model, '--config', settings, ...quiet]),
    ],
    ['baseline', readFileSync(baseline), baseline, () => command([model, ...quiet, '--baseline', baseline])],
  ];
  return samples.map(([name, bytes, file, read]) => ({ name, bytes, file, json: true, read }));
}

/** Runs the command line in this process. @throws Error with its code, or without one for a bug */
async function command(args) {
  let text = '';
  const stream = { write: (part, done) => ((text += part), done?.(), true), on: () => undefined };
  const status = await main(args, { stdout: stream, stderr: stream, env: {} });
  if (status === 70) throw new Error(text);
  const code = /\bFA\d{3}\b/.exec(text)?.[0];
  if (status > 1 && code !== undefined) throw Object.assign(new Error(text), { code });
  return null;
}
