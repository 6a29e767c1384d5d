import type { NetworkInput } from '../../network/inputs.js';

/** Something that the user should know about the data, although it is not an error. */
export type DatasetWarning =
  | { readonly kind: 'pixels-from-0-to-255' }
  /** There is no data set. The inputs that are drawn instead are normal, integers, or some of each. */
  | { readonly kind: 'synthetic-inputs'; readonly normal: boolean; readonly integers: boolean }
  /** The model does not fix the size of images, so that of the image `like` is used for all. */
  | { readonly kind: 'images-resized'; readonly height: number; readonly width: number; readonly like: string };

/**
 * One array of a data file.
 * `shape` is that of one row. `rows` is null where the number of rows is known only at the end of the file.
 * `chunks` yields the values in row-major order, any whole number of rows at a time.
 */
export interface ArraySource {
  readonly name: string | null;
  readonly shape: readonly number[];
  readonly rows: number | null;
  /** Whether the values are pixels from 0 to 255. */
  readonly pixels?: boolean;
  /** For labels that number folders: how many folders there are. */
  readonly classes?: number;
  readonly warnings?: readonly DatasetWarning[];
  chunks(): AsyncIterable<Float64Array>;
}

/** A file format for data sets. */
export interface DatasetFormat {
  /** File name endings, in lower case, with the dot. */
  readonly extensions: readonly string[];
  readonly description: string;
  /**
   * The arrays in a file. Where the format has headers, only these are read.
   * @param wanted the inputs of the model, for formats that can be read in more than one way
   * @throws AuditError FA100 when the file cannot be read, FA102 when its header is damaged
   */
  open(path: string, wanted: readonly NetworkInput[]): Promise<readonly ArraySource[]>;
}

/** Consecutive rows: `values[i]` holds `count` rows of the model's i-th input, row-major. */
export interface Batch {
  readonly first: number;
  readonly count: number;
  readonly values: readonly Float64Array[];
  /** `count` rows of the labels in the data set, row-major, where they were requested. */
  readonly labels?: Float64Array;
}

/** Labels of a data set before they are read. */
export interface LabelRows {
  /** What messages call them. */
  readonly label: string;
  /** Numbers in one row. */
  readonly width: number;
  /** The number of folders where labels number the folders of images; otherwise null. */
  readonly classes: number | null;
}

/** A data set with one array for each input of the model, in the model's order. */
export interface Dataset {
  readonly path: string | null;
  readonly synthetic: boolean;
  /** Rows in the file; null where this is known only at its end. */
  readonly available: number | null;
  /** Shape of one example of each input, without open sizes. */
  readonly shapes: readonly (readonly number[])[];
  readonly warnings: readonly DatasetWarning[];
  /** Labels, which batches contain too; null where there are none or they were not requested. */
  readonly labels: LabelRows | null;
  /**
   * The first `limit` rows in batches of `size`; the last batch may be smaller.
   * @throws AuditError FA102 to FA105 when it reads a wrong row
   */
  batches(size: number, limit: number): AsyncIterable<Batch>;
}
