import type { Report } from './report.js';
import type { DiagonalName } from '../figures/weight-diagonals.js';
import type { TensorFileFormatName } from '../write/tensor-files/index.js';

/** What an export wrote. */
export interface ExportSummary {
  readonly file: string;
  readonly format: TensorFileFormatName;
  readonly bytes: number;
  readonly tensors: number;
  /** Weight tensors whose diagonal was written, and their parameters in all. */
  readonly weights: number;
  readonly parameters: number;
  readonly inputs: number;
  readonly estimator: DiagonalName;
  /** Label draws per input that the estimate is made of; null for the exact diagonal. */
  readonly samples: number | null;
  /** Weights whose figures are estimates from label draws, as there are too many outputs to go through. */
  readonly estimated: readonly string[];
  readonly notAudited: Report['notAudited'];
}
