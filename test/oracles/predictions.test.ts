import { expect, it } from 'vitest';
import { findDataset, openDataset } from '../../src/load/datasets/open-dataset.js';
import { openNetwork } from '../../src/workflows/front-ends.js';
import { plain, readAll } from '../support/files/data-files.js';
import { loaded, outputs } from '../support/models/models.js';
import { EPSILON_32, distance, largest } from '../support/numbers.js';
import { fixtureFolder, fixtureJson, fixturesWith } from '../support/models/oracles.js';

/** What another program predicted for the first inputs beside the model. */
interface Prediction {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Rounding errors of float32 in it, relative to the largest output. */
const ROUNDINGS = 64;

it.each(fixturesWith('predict.json'))('%s: predicts what is stored', async (name) => {
  const folder = fixtureFolder(name);
  const { shape, data } = fixtureJson(name, 'predict.json') as Prediction;
  const rows = shape[0]!;
  const wanted = (await openNetwork(folder, Infinity)).inputs;
  const dataset = await openDataset((await findDataset(folder))!, wanted, plain);
  const found = outputs(await loaded(folder), await readAll(dataset, rows, rows));
  expect(distance(found, data)).toBeLessThanOrEqual(ROUNDINGS * EPSILON_32 * largest(data));
});
