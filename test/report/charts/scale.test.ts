import { describe, expect, it } from 'vitest';
import { scaleOf } from '../../../src/report/charts/scale.js';

describe('scales', () => {
  const axis = (scale: 'linear' | 'logarithmic') => ({ title: '', scale, categories: [] });
  const labels = (scale: 'linear' | 'logarithmic', values: number[]) =>
    scaleOf(axis(scale), values).ticks.map(({ label }) => label);

  it('end at round numbers beyond all values', () => {
    expect(labels('linear', [0, 20])).toEqual(['0', '5', '10', '15', '20']);
    expect(labels('linear', [-0.1, 0.3])).toEqual(['-0.1', '0', '0.1', '0.2', '0.3']);
    expect(labels('logarithmic', [1, 1000])).toEqual(['1', '10', '100', '1000']);
    expect(labels('logarithmic', [0.03, 0.4])).toEqual(['0.02', '0.05', '0.1', '0.2', '0.5']);
  });

  it('accept more values than a call accepts arguments', () => {
    const many = Array.from({ length: 300_000 }, (_, k) => k % 21);
    expect(labels('linear', many)).toEqual(['0', '5', '10', '15', '20']);
  });

  it.each([[[1e-300, 1e300]], [[5]], [[1]], [[1 / 3, 1 / 3]], [[0.999, 1.001]], [[]], [[1e-9, 3e-9, 0]]])(
    'hold %j with few ticks',
    (values) => {
      for (const kind of ['linear', 'logarithmic'] as const) {
        const { min, max, ticks, place } = scaleOf(axis(kind), values);
        expect(max).toBeGreaterThan(min);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThan(14);
        for (const value of values) {
          const at = place(value);
          if (kind === 'logarithmic' && value === 0) expect(at).toBeNull();
          else expect(at! >= min - 1e-9 && at! <= max + 1e-9).toBe(true);
        }
      }
    },
  );
});
