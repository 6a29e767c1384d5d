import type { Command } from 'commander';
import type { Io } from '../io.js';

/*
 * Everything that computes is imported when a command runs: --help and usage errors stay fast.
 */

/** What commands are given. */
export interface Surroundings {
  readonly io: Io;
  /** Takes the exit status. */
  readonly finish: (status: number) => void;
}

/** Adds a command, or what the program does without one. */
export type AddCommand = (program: Command, surroundings: Surroundings) => void;

export const MODEL = 'model.json of a tfjs LayersModel, .keras or .h5 of Keras, or the folder that holds model.*';

export const DATA =
  'data set: .npy .npz .csv .json .jsonl .parquet, IDX or a folder of images (default: dataset.* or x.* beside the model)';

export const exitStatus = `
Exit status:
  0  done, checks passed            1  a check failed
  2  bad usage, model or data       3  nothing could be audited, or less than --require-coverage
  4  a check is inconclusive       70  a bug in the tool
`;
