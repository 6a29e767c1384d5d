// The template of test/conformance/policy.test.ts: node test/conformance/data/policy/make.mjs, after npm run build.
import { writeFileSync } from 'node:fs';
import { audit } from 'fisher-audit';

const root = new URL('../../../../', import.meta.url);
process.chdir(root.pathname);
const report = await audit({ model: 'fixtures/iris', inputs: 8, samples: [8, 32], backend: 'cpu' });
for (const { estimators } of report.layers) {
  for (const { cost } of Object.values(estimators)) cost.secondsPerDraw = 0;
}
const template = { ...report, run: { ...report.run, seconds: 0 } };
writeFileSync(new URL('report.json', import.meta.url), `${JSON.stringify(template, null, 2)}\n`);
