import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type LayerReport, type Report, reportSchema } from '../../../src/results/report.js';

export const template = reportSchema.parse(
  JSON.parse(readFileSync(new URL('../../conformance/data/policy/report.json', import.meta.url), 'utf8')),
);

/** Figures of a layer as they may be: sampled or not, with or without information, exact or drawn. */
const layers = fc
  .array(
    fc.record({
      of: fc.constantFrom(...template.layers),
      size: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
      sampling: fc.constantFrom(
        { samplingError: 0, samplingFreedom: null, samplingTail: 0 },
        { samplingError: null, samplingFreedom: null, samplingTail: null },
        { samplingError: 0.01, samplingFreedom: 100, samplingTail: 0.01 },
        { samplingError: 0.3, samplingFreedom: 8, samplingTail: 0.01 },
        { samplingError: 0.01, samplingFreedom: 1, samplingTail: 0.01 },
      ),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((list) =>
    list.map(({ of, size, sampling }, k): LayerReport => {
      const audited = sampling.samplingError === 0 ? of.parameters.total : Math.ceil(of.parameters.total / 2);
      return {
        ...of,
        ...sampling,
        name: `layer_${k}`,
        fisher: { ...of.fisher, mean: of.fisher.mean * size },
        parameters: { ...of.parameters, audited },
      };
    }),
  );

/** Whole reports of such layers, with layers skipped and synthetic inputs or without. */
export const reports = fc
  .record({ layers, skipped: fc.boolean(), synthetic: fc.boolean() })
  .map(({ layers, skipped, synthetic }): Report => {
    const parameters = layers.reduce((sum, layer) => sum + layer.parameters.total, skipped ? 50 : 0);
    const gone = { name: 'gone', type: 'Dense', parameters: 50, reason: 'skipped' as const };
    const { model, data } = template;
    return {
      ...template,
      model: { ...model, parameters },
      data: { ...data, synthetic },
      layers,
      notAudited: skipped ? [gone] : [],
    };
  });
