import type { Command } from 'commander';
import type { Io } from '../io.js';

/*
 * Modules that compute are imported when a command runs, so that --help and usage errors stay fast.
 */

/** What every command receives. */
export interface Surroundings {
  readonly io: Io;
  /** Receives the exit status. */
  readonly finish: (status: number) => void;
}

/** Adds a command, or the default action, to the program. */
export type AddCommand = (program: Command, surroundings: Surroundings) => void;

export const MODEL =
  'model file: model.json (TensorFlow.js LayersModel), .keras or .h5 (Keras), or a folder that holds one';

export const DATA =
  'data set: .npy .npz .csv .json .jsonl .parquet, IDX or a folder of images (default: dataset.* or x.* in the folder of the model)';

export const exitStatus = `
Exit status:
  0  done, checks passed            1  a check failed
  2  bad usage, model or data       3  nothing to audit, or less than --require-coverage
  4  a check is inconclusive       70  a bug in fisher-audit
`;
