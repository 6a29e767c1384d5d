import type { EstimatorName } from '../estimators/index.js';
import type { Report } from './report.js';

/** What an export wrote. */
export interface ExportSummary {
  readonly file: string;
  readonly format: 'safetensors' | 'npz';
  readonly bytes: number;
  readonly tensors: number;
  /** Number of weight tensors whose diagonal was written, and the number of their parameters. */
  readonly weights: number;
  readonly parameters: number;
  readonly inputs: number;
  readonly estimator: 'exact' | EstimatorName;
  /** Label draws per input of the estimate; null for the exact diagonal. */
  readonly samples: number | null;
  /** Weights whose figures are estimates from label draws because the network has too many outputs for exact ones. */
  readonly estimated: readonly string[];
  readonly notAudited: Report['notAudited'];
}
