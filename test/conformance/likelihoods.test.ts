import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import type { Estimator } from '../../src/estimators/estimator.js';
import { type EstimatorName, estimatorNames, estimators } from '../../src/estimators/index.js';
import { type Spectrum, combineSpectra } from '../../src/estimators/spectrum.js';
import { likelihoods } from '../../src/likelihoods/index.js';
import type { Conditional } from '../../src/likelihoods/likelihood.js';
import { centred, conditionalOf, families, lookUp, units, vectors } from '../support/conditionals.js';
import { type LabelCase, type Outcome, enumerate, labelCases } from '../support/labels.js';
import { sum } from '../support/numbers.js';
import { Random } from '../support/random.js';

const EXACT = 1e-12;

const dot = (j: Float64Array, r: readonly number[]): number => sum(j.map((x, k) => x * r[k]!));

const moment = (outcomes: readonly Outcome[], j: Float64Array, power: number): number =>
  sum(outcomes.map(({ probability, residual }) => probability * dot(j, residual) ** power));

/** |found − wanted| in units of the tolerance that the size of the terms allows. */
const expectClose = (found: number, wanted: number, size: number, what: string): void =>
  expect(Math.abs(found - wanted), `${what}: ${found}, not ${wanted}`).toBeLessThanOrEqual(EXACT * size);

describe.each(families)('%s', (family) => {
  const cases = labelCases[family].map((one) => [one.title, one] as const);

  it.each(cases)('%s: variance and fourth cumulant are those of all labels', (_, one) => {
    const outcomes = enumerate(one);
    const conditional = conditionalOf(one);
    for (const j of [...vectors(one), ...units(one)]) {
      const own = centred(conditional, j);
      const [second, fourth] = [moment(outcomes, j, 2), moment(outcomes, j, 4)];
      expectClose(moment(outcomes, j, 1), 0, 1 + Math.sqrt(second), 'mean of the enumeration');
      expectClose(conditional.variance(own), second, second, 'variance');
      expectClose(conditional.fourthCumulant(own), fourth - 3 * second ** 2, fourth + 3 * second ** 2, 'κ₄');
    }
  });

  it.each(cases)('%s: labels of a data set have the residuals of the enumeration', (_, one) => {
    const conditional = conditionalOf(one);
    const outcomes = enumerate(one);
    const size = Math.max(...outcomes.flatMap(({ residual }) => residual.map(Math.abs)), ...one.h.map(Math.abs));
    for (const { label, residual } of outcomes) {
      for (const y of label) expect(lookUp(family).labels.includes(y, one.size)).toBe(true);
      const own = conditional.observed(Float64Array.from(label));
      const found = new Float64Array(one.h.length);
      conditional.residual(own, 0, found);
      residual.forEach((r, k) => expectClose(found[k]!, r, size / one.noise ** 2, `r of ${label}`));
      for (const j of vectors(one, 1)) {
        const projected = conditional.project(centred(conditional, j), own, 0);
        expectClose(projected, dot(j, residual), (size * j.length) / one.noise ** 2, `j·r of ${label}`);
      }
    }
  });

  it.each(cases)('%s: eigenvalues are those of I(h) and Cov(vec(rrᵀ))', (_, one) => {
    const found = combineSpectra(conditionalOf(one).spectra());
    const outcomes = enumerate(one);
    const check = (rows: readonly (readonly number[])[], low: number, high: number, what: string): void => {
      const exact = eigenvalues(covariance(outcomes, rows));
      const [smallest, greatest] = [Math.min(...exact), Math.max(...exact)];
      expect(Math.abs(high - greatest), `largest of ${what}`).toBeLessThanOrEqual(1e-10 * greatest);
      expect(Math.abs(low - smallest), `smallest of ${what}`).toBeLessThanOrEqual(1e-10 * greatest);
    };
    check(
      outcomes.map(({ residual }) => residual),
      found.informationMin,
      found.informationMax,
      'I(h)',
    );
    check(outcomes.map(symmetricSquare), found.covarianceMin, found.covarianceMax, 'Cov(vec(rrᵀ))');
  });

  it.each(cases)('%s: no variance is outside its bounds', (_, one) => {
    const conditional = conditionalOf(one);
    const spectrum = combineSpectra(conditional.spectra());
    for (const j of [...vectors(one, 50), ...units(one)]) checkBounds(conditional, spectrum, j);
  });
});

function checkBounds(conditional: Conditional, spectrum: Spectrum, derivative: Float64Array): void {
  const own = centred(conditional, derivative);
  const squaredNorm = sum(derivative.map((x) => x * x));
  for (const name of estimatorNames) {
    const estimator: Estimator = estimators[name];
    const variance = estimator.variance(conditional, own, conditional.variance(own));
    const [lower, upper] = estimator.bounds(spectrum, squaredNorm);
    const slack = EXACT * upper;
    expect(lower, name).toBeLessThanOrEqual(variance + slack);
    expect(variance, name).toBeLessThanOrEqual(upper + slack);
  }
}

/** rrᵀ in an orthonormal basis of symmetric matrices. */
const symmetricSquare = ({ residual: r }: Outcome): number[] =>
  r.flatMap((x, i) => r.slice(i).map((y, k) => (k === 0 ? x * y : Math.SQRT2 * x * y)));

function covariance(outcomes: readonly Outcome[], rows: readonly (readonly number[])[]): Matrix {
  const width = rows[0]?.length ?? 0;
  const mean = (f: (row: readonly number[]) => number): number =>
    outcomes.reduce((total, { probability }, k) => total + probability * f(rows[k]!), 0);
  const centre = Array.from({ length: width }, (_, i) => mean((row) => row[i]!));
  const entry = (i: number, k: number): number => mean((row) => (row[i]! - centre[i]!) * (row[k]! - centre[k]!));
  return new Matrix(Array.from({ length: width }, (_, i) => Array.from({ length: width }, (_, k) => entry(i, k))));
}

const eigenvalues = (matrix: Matrix): number[] =>
  new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues;

describe('bounds of Soen and Sun (2024)', () => {
  const boundsOf = (name: EstimatorName, one: LabelCase, j: Float64Array): readonly [number, number] =>
    estimators[name].bounds(combineSpectra(conditionalOf(one).spectra()), sum(j.map((x) => x * x)));

  it('are equalities for one gaussian output', () => {
    const [one] = labelCases.gaussian as [LabelCase];
    for (const [j] of vectors(one) as unknown as [number][]) {
      const [lower, upper] = boundsOf('gradient', one, Float64Array.of(j));
      const exact = 2 * j ** 4;
      expect([lower, upper]).toEqual([upper, lower]);
      expectClose(upper, exact, exact, 'V₁');
      expectClose(estimators.gradient.variance(conditionalOf(one), Float64Array.of(j), j * j), exact, exact, 'V₁');
    }
  });

  it.each(labelCases.categorical.filter(({ shape }) => shape.length === 1))(
    '$title: exact eigenvalues are at most m and 2m',
    (one) => {
      const p = enumerate(one).map(({ probability }) => probability);
      const m = Math.min(Math.max(...p), 1 - sum(p.map((x) => x * x)));
      const { informationMax, covarianceMax } = combineSpectra(conditionalOf(one).spectra());
      const slack = 2 ** -50;
      expect(informationMax).toBeLessThanOrEqual(m + slack);
      expect(covarianceMax).toBeLessThanOrEqual(2 * m + slack);
    },
  );

  it.each([31, 32, 33, 100])('hold with %i classes', (classes) => {
    const h = new Random(classes).values([classes], -3, 3);
    const one = { ...labelCases.categorical[0]!, h: [...h], shape: [classes], size: classes };
    const spectrum = combineSpectra(conditionalOf(one).spectra());
    for (const j of vectors(one, 20)) checkBounds(conditionalOf(one), spectrum, j);
  });
});

it('a softmax over a vocabulary has the bounds of its likeliest class', () => {
  const size = 200_000;
  const [block] = likelihoods.categorical.at(new Float64Array(size), { blockSize: size, noise: 1 }).spectra();
  expect(block?.informationMax).toBeCloseTo(1 / size, 15);
  expect(block?.covarianceMax).toBeCloseTo(2 / size, 15);
});
