import type { NetworkInput } from '../../network/inputs.js';

/**
 * One array inside a data file, read from its first row to its last.
 * `shape` is that of one row, `rows` is null when only reading to the end would tell.
 * `chunks` yields the rows' values in order, row-major, any whole number of rows at a time.
 */
export interface ArraySource {
  readonly name: string | null;
  readonly shape: readonly number[];
  readonly rows: number | null;
  /** Whether the values are the 0 to 255 of images' pixels. */
  readonly pixels?: boolean;
  /** Of labels that are folders' numbers: how many folders there are. */
  readonly classes?: number;
  /** What was decided for the user, who may have wanted something else. */
  readonly warnings?: readonly string[];
  chunks(): AsyncIterable<Float64Array>;
}

/** A file format for data sets. `open` reads headers only, where the format has any. */
export interface DatasetFormat {
  /** File name endings, in lower case, with the dot. */
  readonly extensions: readonly string[];
  readonly description: string;
  /**
   * @param wanted the model's inputs, for formats that could be read in more than one way
   * @throws AuditError FA100, FA102 when the file cannot be read or its header makes no sense
   */
  open(path: string, wanted: readonly NetworkInput[]): Promise<readonly ArraySource[]>;
}

/** Consecutive rows: `values[i]` holds `count` rows of the model's i-th input, row-major. */
export interface Batch {
  readonly first: number;
  readonly count: number;
  readonly values: readonly Float64Array[];
  /** `count` rows of the data set's own labels, row-major, where they are asked for. */
  readonly labels?: Float64Array;
}

/** What is known of labels before they are read. */
export interface LabelRows {
  /** How messages call them. */
  readonly label: string;
  /** Numbers in one row. */
  readonly width: number;
  /** Folders that they number; null where they are numbers of a file. */
  readonly classes: number | null;
}

/** The data set as the audit sees it: one array per model input, in the model's order. */
export interface Dataset {
  readonly path: string | null;
  readonly synthetic: boolean;
  /** Rows in the file; null when only reading to the end would tell. */
  readonly available: number | null;
  /** Shape of one example of each input, with every size known. */
  readonly shapes: readonly (readonly number[])[];
  /** What the user should know about the data although nothing is wrong with it. */
  readonly warnings: readonly string[];
  /** Labels beside the inputs, which batches carry along; null where there are none, or they are not asked for. */
  readonly labels: LabelRows | null;
  /**
   * Rows from the first on, `size` at a time (the last batch may be smaller), `limit` in all.
   * @throws AuditError FA102 to FA105 as soon as a row shows it
   */
  batches(size: number, limit: number): AsyncIterable<Batch>;
}
