import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** Largest eigenvalue of a symmetric n×n matrix, row-major. */
export function largestEigenvalue(matrix: Float64Array, n: number): number {
  const rows = Matrix.from1DArray(n, n, matrix);
  return Math.max(...new EigenvalueDecomposition(rows, { assumeSymmetric: true }).realEigenvalues);
}
