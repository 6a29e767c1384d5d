import type { DatasetFormat } from '../dataset.js';
import { csv } from './csv.js';
import { idx } from './idx.js';
import { jsonLines } from './json-lines.js';
import { json } from './json.js';
import { images } from './images.js';
import { npy } from './npy.js';
import { npz } from './npz.js';
import { parquet } from './parquet.js';

/** Every data format. A data set beside the model is looked for in this order. */
export const datasetFormats = {
  npy,
  npz,
  csv,
  json,
  'json-lines': jsonLines,
  idx,
  parquet,
  images,
} satisfies Record<string, DatasetFormat>;
