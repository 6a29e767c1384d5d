import type { LayerReport, Report } from '../../../src/results/report.js';

/** A name that is markup wherever it is not escaped. */
export const hostile = `</script></title><img src=x onerror="alert(1)">' class="x" &amp; \${x}`;

/** A report of many layers, made from a real one: long names and hostile ones, checks of every outcome. */
export function manyLayers(report: Report, count: number): Report {
  const layers = Array.from({ length: count }, (_, k): LayerReport => {
    const layer = structuredClone(report.layers[k % report.layers.length]!);
    layer.name = k === 3 ? hostile : k === 5 ? 'x'.repeat(300) : `encoder/layer_${k}/attention/self/query_projection`;
    layer.fisher.mean *= 10 ** (-k / 9);
    for (const estimator of Object.values(layer.estimators)) {
      for (const run of estimator.runs) if (run.relativeError !== null) run.relativeError *= 1 + k / 20;
    }
    return layer;
  });
  const source = { file: 'fisher-audit.config.json', line: 3, setting: 'maxError' };
  const checks = (['pass', 'fail', 'inconclusive'] as const).map((outcome, k) => ({
    rule: 'maxError',
    layer: layers[k + 2]!.name,
    outcome,
    text: `finding ${k} of ${hostile}`,
    value: 0.11,
    interval: null,
    limit: 0.1,
    source,
  }));
  return {
    ...report,
    model: { ...report.model, path: `${hostile}/model.json` },
    layers,
    notAudited: [{ name: hostile, type: 'Dense', parameters: 3, reason: 'skipped' }],
    verdict: { passed: false, outcome: 'fail', checks, failures: checks.slice(1), uncovered: [] },
  };
}
