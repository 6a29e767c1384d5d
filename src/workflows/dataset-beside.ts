import { dirname } from 'node:path';
import { findDataset } from '../load/datasets/open-dataset.js';
import { modelFile } from './front-ends.js';

/** The data set in the folder of the first model that has one; null where no model has. @throws AuditError FA200 */
export async function datasetBeside(models: readonly string[]): Promise<string | null> {
  for (const model of models) {
    const found = await findDataset(dirname(await modelFile(model)));
    if (found !== null) return found;
  }
  return null;
}
