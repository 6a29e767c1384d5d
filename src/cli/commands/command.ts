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
  'model file: model.json (TensorFlow.js LayersModel), .keras or .h5 (Keras), or a folder that contains one';

export const DATA =
  'data set: .npy .npz .csv .json .jsonl .parquet, IDX or a folder of images (default: dataset.* or x.* in the folder of the model, or else random synthetic inputs)';

const statuses = {
  done: '   0  done; no check failed',
  failed: '   1  a check failed',
  unusable: '   2  an option or a file (model, data, configuration) cannot be used',
  nothing: '   3  nothing to audit',
  nothingOrLess: '   3  nothing to audit, or less than --require-coverage',
  undecided: '   4  a check is inconclusive',
  bug: '  70  a bug in fisher-audit',
};

/** The exit statuses of a command, as part of its help. */
export const exitStatus = (...names: readonly (keyof typeof statuses)[]): string =>
  `\nExit status:\n${names.map((name) => statuses[name]).join('\n')}\n`;
