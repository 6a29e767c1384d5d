import { trackText } from '../../src/report/sentences/track.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Report, audit, reportSchema } from '../../src/index.js';
import { track as putTogether } from '../../src/findings/track.js';
import { fixture } from '../support/terminal.js';

describe('what happened over training', () => {
  let report: Report;
  beforeAll(async () => {
    report = reportSchema.parse(await audit({ model: fixture('iris') }));
  });

  /** The report with its first layer changed. */
  function changed(change: (layer: Report['layers'][number]) => void): Report {
    const copy = structuredClone(report);
    change(copy.layers[0]!);
    return copy;
  }

  const scaled = (factor: number): Report =>
    changed(({ fisher, estimators }) => {
      fisher.mean *= factor;
      for (const estimator of [estimators.gradient, estimators.hessian]) {
        if (estimator.variance !== null) estimator.variance *= factor ** 2;
      }
    });

  it('information that stays below a tenth of its first value has vanished since the first such checkpoint', () => {
    const result = putTogether([report, scaled(0.05), scaled(0.5), scaled(0.09), scaled(0.01)]);
    expect(result.layers[0]?.vanished).toEqual({ fisher: 3, gradient: 3, hessian: 3 });
    expect(result.layers[1]?.vanished).toEqual({ fisher: null, gradient: null, hessian: null });
  });

  it('the winner is the last recommendation, with the checkpoint since which it has not changed', () => {
    const use = (estimator: 'gradient' | 'hessian'): Report =>
      changed((layer) => (layer.recommendation = { ...layer.recommendation, estimator }));
    const order = ['gradient', 'hessian', 'gradient', 'hessian', 'hessian'] as const;
    const [first, ...others] = order.map(use) as [Report, ...Report[]];
    expect(putTogether([first, ...others]).layers[0]?.winner).toEqual({ estimator: 'hessian', since: 3, changes: 3 });
  });

  it('a layer that only later checkpoints have is listed, without earlier values', () => {
    const without = structuredClone(report);
    const [gone] = without.layers.splice(1, 1);
    const result = putTogether([without, report]);
    const layer = result.layers.find(({ name }) => name === gone?.name);
    expect(layer?.points.map((point) => point === null)).toEqual([true, false]);
    if (layer === undefined) throw new Error('the layer is not listed');
    expect(trackText(layer, [])).toBe('The first or the last checkpoint does not have this layer.');
  });
});
