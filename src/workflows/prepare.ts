import { dirname } from 'node:path';
import { parametersOf } from '../figures/coverage.js';
import { type LabelForm, withOwnLabels } from '../load/datasets/own-labels.js';
import { makePlan } from '../engine/plan/make-plan.js';
import type { Plan } from '../engine/plan/types.js';
import { AuditError } from '../errors.js';
import { type Kernels, sizeOf } from '../kernels/kernels.js';
import { type LoweredNetwork, allLayers, lower, refuseUnsupported } from '../layers/lower.js';
import { type InferredLikelihood, inferLikelihood } from '../likelihoods/infer.js';
import { likelihoods } from '../likelihoods/index.js';
import { checkIntegers } from '../load/datasets/check-integers.js';
import type { Dataset, WantedInput } from '../load/datasets/dataset.js';
import { allInputs } from '../load/keras/keras-inputs.js';
import type { Network } from '../load/keras/keras-model.js';
import { findDataset, openDataset } from '../load/datasets/open-dataset.js';
import { openNetwork } from '../load/open-model.js';
import { syntheticDataset } from '../load/datasets/synthetic-dataset.js';
import type { RunOptions } from '../config/options.js';
import type { Builder } from '../program/build.js';
import type { Program, ValueId } from '../program/program.js';
import type { Listener } from './audit.js';

/** Numbers, and rows, that are looked through at once before anything is computed. */
const SCAN_NUMBERS = 2 ** 22;
const SCAN_ROWS = 256;

/** A network and its data, checked, lowered and ready to be audited. */
export interface Prepared extends Interpreted {
  readonly network: Network;
  readonly dataset: Dataset;
  /** Rows that will be used; all of them hold finite numbers. */
  readonly inputs: number;
  /** Rows in the file; null where its end has not been reached. */
  readonly available: number | null;
  /** Trainable parameters of the network. */
  readonly parameters: number;
}

/** @throws AuditError for everything that can be wrong with the files and how they fit together */
export async function prepare(
  modelPath: string,
  dataPath: string | null,
  options: RunOptions,
  listener: Listener,
): Promise<Prepared> {
  const network = await openNetwork(modelPath);
  refuseUnsupported(network);
  refuseUnknownLayers(network, options.skipLayer);
  const wanted = allInputs(network);
  const early = isClosed(wanted)
    ? interpret(
        network,
        wanted.map(({ shape }) => shape),
        options,
      )
    : null;
  const drawn = early ? withVocabularies(wanted, early) : wanted;
  const opened = await openData(network, dataPath, drawn, early?.outputs ?? null, options, listener);
  const interpreted = early ?? interpret(network, opened.shapes, options);
  const dataset = options.labels ? withOwnLabels(opened, labelForm(interpreted)) : opened;
  const limit = options.inputs === 'all' ? Infinity : options.inputs;
  const inputs = await scan(dataset, withVocabularies(wanted, interpreted), limit);
  const parameters = parametersOf(interpreted.lowered.layers.flatMap(({ weights }) => weights));
  // A scan that ended before its limit has seen the end of the file.
  const available = dataset.available ?? (inputs < limit ? inputs : null);
  return { ...interpreted, network, dataset, inputs, available, parameters };
}

/** Whether every size of every input is known without data. */
export const isClosed = (wanted: readonly WantedInput[]): wanted is (WantedInput & { shape: readonly number[] })[] =>
  wanted.every(({ shape }) => shape.every((size) => size !== null));

/** A network as a program up to its natural parameters h, whose label distribution is known. */
export interface Interpreted {
  readonly lowered: LoweredNetwork;
  readonly program: Program;
  readonly inferred: InferredLikelihood;
  /** Shape of one example of h. */
  readonly outputs: readonly number[];
}

/** Lowers the network, and leaves its head to the likelihood. @throws AuditError FA201 to FA206, FA301 */
export function interpret(
  network: Network,
  shapes: readonly (readonly number[])[],
  options: Pick<RunOptions, 'likelihood'>,
): Interpreted {
  const lowered = lower(network, shapes);
  const { build, head, output } = lowered;
  const inferred = inferLikelihood(head, options.likelihood);
  const h = inferred.peeled ? (head?.argument ?? output) : output;
  const program = build.finish(lowered.mask === null ? h : withoutMasked(build, h, lowered.mask));
  return { lowered, program, inferred, outputs: build.shape(program.output) };
}

/** The labels that go with the outputs. */
function labelForm({ inferred: { family }, outputs }: Interpreted): LabelForm {
  const blocks = likelihoods[family].blocks(outputs);
  return { blocks, blockSize: sizeOf(outputs) / blocks, range: likelihoods[family].labels };
}

/** Labels at masked steps count for nothing, as in the losses of Keras: h is constant there. */
function withoutMasked(build: Builder, h: ValueId, mask: ValueId): ValueId {
  const steps = build.shape(mask);
  return build.multiply(
    h,
    build.reshape(
      mask,
      build.shape(h).map((_, axis) => steps[axis] ?? 1),
    ),
  );
}

/** The inputs with the sizes of the tables that they are looked up in. */
const withVocabularies = (wanted: readonly WantedInput[], { lowered }: Interpreted): WantedInput[] =>
  wanted.map((input, k) => {
    const vocabulary = lowered.vocabularies.get(k);
    return vocabulary === undefined ? input : { ...input, vocabulary };
  });

async function openData(
  network: Network,
  dataPath: string | null,
  wanted: readonly WantedInput[],
  outputs: readonly number[] | null,
  options: RunOptions,
  listener: Listener,
): Promise<Dataset> {
  const path = dataPath ?? (await findDataset(dirname(network.path)));
  if (path !== null) {
    const dataset = await openDataset(path, wanted, { ...options, outputs, rescales: rescalesInputs(network) });
    for (const warning of dataset.warnings) listener.warning?.(warning);
    return dataset;
  }
  if (options.requireData) {
    throw new AuditError('FA107', {
      what: `no data set given, and none (dataset.* or x.*) lies beside ${network.path}`,
      fix: 'name a file after the model, or leave out --require-data',
    });
  }
  listener.warning?.(
    `no data set given, and none (dataset.* or x.*) lies beside the model: ${drawnInputs(wanted)} are drawn instead; ` +
      'the figures hold for real inputs only as far as those look alike',
  );
  return syntheticDataset(wanted, { seed: options.seed });
}

/** Whether some layer is there to bring inputs into the range that the network was trained on. */
function rescalesInputs({ graph }: Network): boolean {
  return allLayers(graph).some(({ node }) => ['Rescaling', 'Normalization'].includes(node.className));
}

function drawnInputs(wanted: readonly WantedInput[]): string {
  const integers = wanted.filter(({ vocabulary }) => vocabulary !== undefined).length;
  const kinds = [
    ...(integers < wanted.length ? ['standard normal inputs'] : []),
    ...(integers > 0 ? ['uniform integers below the size of the vocabulary'] : []),
  ];
  return kinds.join(' and ');
}

/** Reads the rows once, so that what is wrong with them shows before anything is computed; returns their number. */
async function scan(dataset: Dataset, wanted: readonly WantedInput[], limit: number): Promise<number> {
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

function refuseUnknownLayers(network: Network, skipped: readonly string[]): void {
  const known = new Set(allLayers(network.graph).map(({ path }) => path));
  const unknown = skipped.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new AuditError('FA401', {
    what: `--skip-layer: the model has no layer ${unknown.map((name) => `"${name}"`).join(', ')}`,
    fix: `its layers are ${[...known].slice(0, 20).join(', ')}${known.size > 20 ? ', …' : ''}`,
  });
}

/** The plan of an audit with these options on these kernels. */
export function planFor(
  { program, inferred }: Interpreted,
  options: RunOptions,
  { bytesPerElement }: Kernels,
  inputs: number,
): Plan {
  const plan = makePlan(program, {
    ...options,
    skipped: options.skipLayer,
    bytesPerElement,
    batchSize: options.batchSize ?? null,
    inputs,
    likelihood: likelihoods[inferred.family],
  });
  refuseTooManyDraws(plan, options);
  return plan;
}

/** Share of the memory that the labels of one input may take. */
const SHARE_OF_LABELS = 0.25;

/** @throws AuditError FA401 when the labels of one input do not fit into the memory */
function refuseTooManyDraws({ blocks, maxSamples: draws }: Plan, { memory }: RunOptions): void {
  const most = Math.floor((SHARE_OF_LABELS * memory) / (8 * blocks));
  if (draws <= most) return;
  throw new AuditError('FA401', {
    what: `--samples: ${draws} draws of the ${blocks} labels of one input take ${Math.round(8e-6 * draws * blocks)} MB`,
    fix: `use at most ${Math.max(1, most)} draws, or raise --memory`,
  });
}
