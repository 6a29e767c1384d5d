import { describe, expect, it } from 'vitest';
import type { Accumulator } from '../../../src/engine/accumulators/accumulator.js';
import {
  ParameterAccumulator,
  type ParameterMeans,
  type WantedColumn,
} from '../../../src/engine/accumulators/per-parameter.js';
import { momentsOf } from '../../../src/engine/moments.js';
import { accumulate, cases, columns } from '../../support/input-moments.js';

describe.each(Object.entries(cases))(
  'means for each parameter: %s',
  (_, { shape: [inputs, width, units], ...rest }) => {
    const data = { shape: [inputs, width, units] as const, ...rest };
    const others: WantedColumn<'error' | 'variance'>[] = [
      { name: 'error', power: 1, of: ({ errors }) => errors.gradient[0]! },
      { name: 'variance', power: 2, of: ({ estimators }) => estimators.hessian.variance },
    ];
    const every = { indices: Array.from({ length: units }, (_unused, unit) => unit) };
    const start = { start: 0, factor: 1 };

    /** Means and variance of a²·information, and means of a²·error and a⁴·variance, from all inputs at once. */
    function expectParameter(
      found: ParameterMeans,
      at: number,
      squareOf: (input: number) => number,
      unit: number,
    ): void {
      const { moments } = data;
      const values = (column: Float64Array, power: number): number[] =>
        Array.from({ length: inputs }, (_unused, m) => squareOf(m) ** power * column[m * units + unit]!);
      const mean = (list: number[]): number => list.reduce((sum, x) => sum + x, 0) / inputs;
      const close = (x: number | undefined, list: number[], wanted: number): void =>
        expect(Math.abs((x ?? NaN) - wanted), `parameter ${at}`).toBeLessThanOrEqual(
          4 * inputs * Number.EPSILON * mean(list.map(Math.abs)),
        );
      const informations = values(moments.information, 1);
      const centre = mean(informations);
      close(found.information[at], informations, centre);
      const deviations = informations.map((x) => (x - centre) ** 2);
      // The mean itself is rounded, and with it every deviation.
      const slack = 4 * inputs * Number.EPSILON * Math.sqrt(mean(deviations)) * centre;
      const wanted = mean(deviations);
      expect(Math.abs((found.inputVariance[at] ?? NaN) - wanted)).toBeLessThanOrEqual(1e-12 * wanted + slack);
      const errors = values(moments.errors.gradient[0]!, 1);
      close(found.others.get('error')?.[at], errors, mean(errors));
      const variances = values(moments.estimators.hessian.variance, 2);
      close(found.others.get('variance')?.[at], variances, mean(variances));
    }

    const squares = (factor: number) => (input: number) => data.factors[input * width + factor]! ** 2;

    it('are right for an outer product, and the batch size changes nothing', () => {
      const planned = { route: { kind: 'outer', ...start }, audited: width * units } as const;
      const make = (): Accumulator<ParameterMeans> => new ParameterAccumulator(others, planned, every);
      const means = accumulate(make(), data);
      for (let at = 0; at < width * units; at += 97)
        expectParameter(means, at, squares(Math.floor(at / units)), at % units);
      for (const size of [1, 7, 64, 100]) expect(accumulate(make(), data, size)).toEqual(means);
    });

    it('are right for units with a factor each, added in parts, in the order of the tensor', () => {
      const indices = every.indices.map((unit) => (unit * 7) % units);
      const planned = { route: { kind: 'diagonal', ...start }, audited: units } as const;
      const accumulator = new ParameterAccumulator(others, planned, { indices });
      const own = Float32Array.from({ length: inputs * units }, (_unused, k) => {
        return data.factors[Math.floor(k / units) * width + (k % units)]!;
      });
      const cut = (column: Float64Array, from: number, to: number): Float64Array =>
        column.filter((_x, k) => k % units >= from && k % units < to);
      for (const [from, to] of [
        [0, 30],
        [30, units],
      ] as const) {
        const part = (list: readonly Float64Array[]): Float64Array[] => list.map((column) => cut(column, from, to));
        const { quadratic, quartic } = data.moments;
        const lists = { quadratic: part(quadratic), quartic: part(quartic) };
        accumulator.add(momentsOf(columns, { inputs, units: to - from, ...lists }), own, from);
      }
      const means = accumulator.finish();
      indices.forEach((index, unit) => expectParameter(means, index, squares(unit), unit));
    });
  },
);
