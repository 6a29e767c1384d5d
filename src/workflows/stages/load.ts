import { dirname } from 'node:path';
import { closestMatch } from 'leven';
import { AuditError } from '../../errors.js';
import { sizeOf } from '../../kernels/kernels.js';
import { checkIntegers } from '../../load/datasets/check-integers.js';
import type { Dataset } from '../../load/datasets/dataset.js';
import { findDataset, openDataset } from '../../load/datasets/open-dataset.js';
import { withOwnLabels } from '../../load/datasets/own-labels.js';
import { syntheticDataset } from '../../load/datasets/synthetic-dataset.js';
import type { NetworkInput } from '../../network/inputs.js';
import { type Network, refuseUnsupported } from '../../network/network.js';
import { likelihoods } from '../../likelihoods/index.js';
import { warningText } from '../../report/sentences/warnings.js';
import { listed } from '../../text/format-numbers.js';
import { openNetwork } from '../front-ends.js';
import type { Listener } from '../listener.js';
import type { AuditableNetwork } from './lower.js';

/** Numbers and rows that the check of a data set holds at once. */
const SCAN_NUMBERS = 2 ** 22;
const SCAN_ROWS = 256;

/** Layers that a message lists. */
const SHOWN_LAYERS = 10;

/** Options that decide what is read. */
export interface LoadOptions {
  readonly inputs: number | 'all';
  readonly scale: number;
  readonly offset: number;
  readonly seed: number;
  readonly requireData: boolean;
  readonly labels?: boolean;
}

/**
 * A network that can be audited, all of whose layers are supported and to whose layers `skipped` belongs.
 * @throws AuditError FA200 to FA205, FA401
 */
export async function loadNetwork(path: string, memory: number, skipped: readonly string[]): Promise<Network> {
  const network = await openNetwork(path, memory);
  refuseUnsupported(network);
  refuseUnknownLayers(network, skipped);
  return network;
}

/** @throws AuditError FA401 that names every skipped layer the model does not have */
export function refuseUnknownLayers({ layers, inputs }: Network, skipped: readonly string[]): void {
  const names = layers.map(({ path }) => path);
  const known = new Set([...names, ...inputs.map(({ name }) => name)]);
  const unknown = skipped.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new AuditError('FA401', {
    what: `--skip-layer: the model has no layer ${listed(
      unknown.map((name) => `"${name}"`),
      SHOWN_LAYERS,
    )}`,
    fix: layersToName(unknown[0]!, [...known]),
  });
}

/** Which layers there are; of many, the one whose name is nearest to the given one. */
function layersToName(name: string, known: readonly string[]): string {
  if (known.length <= SHOWN_LAYERS) return `its layers are ${known.join(', ')}`;
  const nearest = closestMatch(name, known, { maxDistance: Math.max(2, Math.ceil(name.length / 2)) });
  const guess = nearest === undefined ? '' : `did you mean ${nearest}? `;
  return `${guess}fisher-audit inspect lists the ${known.length} layers of the model`;
}

/**
 * The data set at `path` (null: the one beside the model, else synthetic inputs). `lowered` is null where only the data
 * fixes the sizes of the network's inputs.
 * @throws AuditError FA100 to FA107
 */
export async function loadDataset(
  network: Network,
  lowered: AuditableNetwork | null,
  path: string | null,
  options: LoadOptions,
): Promise<Dataset> {
  const wanted = lowered ? withVocabularies(network.inputs, lowered) : network.inputs;
  const file = path ?? (await findDataset(dirname(network.path)));
  if (file === null) return withoutDataset(network, wanted, options);
  const { scale, offset, labels = false } = options;
  return openDataset(file, wanted, {
    scale,
    offset,
    labels,
    outputs: lowered?.outputs ?? null,
    rescales: network.rescalesInputs,
  }).catch(async (error: unknown) => {
    throw isUnsuitable(error) && (await isModel(file)) ? modelAsData(file) : error;
  });
}

/** Whether a path leads to no data set that the model could take. */
const isUnsuitable = (error: unknown): boolean =>
  error instanceof AuditError && ['FA101', 'FA102', 'FA104', 'FA105'].includes(error.code);

/** Whether a path leads to a model that can be opened. */
const isModel = (path: string): Promise<boolean> =>
  openNetwork(path, Infinity).then(
    () => true,
    () => false,
  );

const modelAsData = (path: string): AuditError =>
  new AuditError('FA101', {
    what: `${path} is a model, not a data set`,
    why: 'an audit takes one model, and then a data set',
    fix: 'give a data file, or none to use dataset.* or x.* in the folder of the model; fisher-audit compare takes two models',
  });

function withoutDataset(
  network: Network,
  wanted: readonly NetworkInput[],
  { requireData, seed }: LoadOptions,
): Dataset {
  if (requireData) {
    throw new AuditError('FA107', {
      what: `no data set was given, and none (dataset.* or x.*) is in the folder of ${network.path}`,
      fix: 'name a data file after the model, or leave out --require-data',
    });
  }
  return syntheticDataset(wanted, { seed });
}

/** The inputs with the sizes of the tables in which the network looks them up. */
const withVocabularies = (inputs: readonly NetworkInput[], { vocabularies }: AuditableNetwork): NetworkInput[] =>
  inputs.map((input, k) => {
    const vocabulary = vocabularies.get(k);
    return vocabulary === undefined ? input : { ...input, vocabulary };
  });

/** The rows that an audit uses. */
export interface AuditedInputs {
  readonly dataset: Dataset;
  /** Rows that are used; all of them hold finite numbers. */
  readonly inputs: number;
  /** Rows in the file; null where its end was not reached. */
  readonly available: number | null;
}

/**
 * Reads the rows once, so that an error in them shows before anything is computed, and counts them. Then it warns of
 * what the user should know about them.
 * @throws AuditError FA102 to FA108
 */
export async function checkInputs(
  network: Network,
  lowered: AuditableNetwork,
  opened: Dataset,
  options: LoadOptions,
  listener: Listener,
): Promise<AuditedInputs> {
  const dataset = options.labels ? withOwnLabels(opened, labelForm(lowered)) : opened;
  const limit = options.inputs === 'all' ? Infinity : options.inputs;
  const inputs = await countRows(dataset, withVocabularies(network.inputs, lowered), limit);
  for (const warning of dataset.warnings) listener.warning?.(warningText(warning));
  // A scan that ended before its limit has seen the end of the file.
  return { dataset, inputs, available: dataset.available ?? (inputs < limit ? inputs : null) };
}

/** The form of the labels that belong to the outputs. */
const labelForm = ({ likelihood: { family }, outputs, blocks }: AuditableNetwork) => ({
  blocks,
  blockSize: sizeOf(outputs) / blocks,
  range: likelihoods[family].labels,
});

async function countRows(dataset: Dataset, wanted: readonly NetworkInput[], limit: number): Promise<number> {
  if (dataset.synthetic && Number.isFinite(limit)) return limit;
  const widest = Math.max(...dataset.shapes.map(sizeOf));
  const size = Math.max(1, Math.min(SCAN_ROWS, Math.floor(SCAN_NUMBERS / Math.max(1, widest))));
  let rows = 0;
  for await (const batch of dataset.batches(size, limit)) {
    checkIntegers(batch, wanted, dataset.shapes);
    rows += batch.count;
  }
  return rows;
}
