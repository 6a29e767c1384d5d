import { AuditError } from '../errors.js';
import type { Shape } from '../kernels/kernels.js';
import type { Builder, Head } from '../program/build.js';
import type { ValueId, Weight } from '../program/program.js';
import { listed } from '../text/format-numbers.js';
import type { NetworkInput } from './inputs.js';

/** Layers that a message names; more are counted by type. */
const MAX_NAMES = 10;
/** Types that a message names. A file may have any number of them. */
const MAX_TYPES = 100;

/**
 * A saved network as a front end hands it over. Everything after this point is the same for every kind of model file:
 * a front end lists the layers and inputs of its model, and lowers it to a program.
 */
export interface Network {
  readonly path: string;
  /** Name of the file format. */
  readonly format: string;
  /** Hash of the model file and its weights as they lie on disk. */
  readonly sha256: string;
  readonly inputs: readonly NetworkInput[];
  /** Every layer in the file, in the file's order. */
  readonly layers: readonly ListedLayer[];
  /** Whether a layer of the network rescales its inputs, as images need. */
  readonly rescalesInputs: boolean;
  /**
   * The network as a program for inputs of these shapes (of one example, in the order of `inputs`).
   * @throws AuditError FA201, FA202, FA203 or FA206
   */
  lower(inputShapes: readonly Shape[]): LoweredNetwork;
}

/** A layer as the file lists it. */
export interface ListedLayer {
  readonly path: string;
  readonly type: string;
  /** Whether the front end can lower it. */
  readonly supported: boolean;
}

/** A network up to its outputs, and what reports say of its layers. */
export interface LoweredNetwork {
  readonly build: Builder;
  readonly output: ValueId;
  /** The activation that ends the network, if one does. */
  readonly head: Head | null;
  readonly layers: readonly LoweredLayer[];
  /** The mask of the output, [T] for outputs [T, …]: 1 where a step counts, 0 where not; null: every step counts. */
  readonly mask: ValueId | null;
  /** Exclusive upper bound of each integer input, by the input's position. */
  readonly vocabularies: ReadonlyMap<number, number>;
}

/** A layer as reports name it. Layers without weights are listed too. */
export interface LoweredLayer {
  readonly path: string;
  readonly type: string;
  readonly activation: string | null;
  /** Trainable weights; those of a frozen layer are not among them. */
  readonly weights: readonly Weight[];
  readonly frozenParameters: number;
}

export const unsupportedLayers = ({ layers }: Pick<Network, 'layers'>): ListedLayer[] =>
  layers.filter(({ supported }) => !supported);

/** @throws AuditError FA201 that names the layers which the front end cannot lower, or their types */
export function refuseUnsupported(network: Pick<Network, 'layers'>): void {
  const unsupported = unsupportedLayers(network);
  if (unsupported.length === 0) return;
  const [layers, these] = unsupported.length === 1 ? ['layer', 'this layer'] : ['layers', 'these layers'];
  throw new AuditError('FA201', {
    what: `${unsupported.length} ${layers} cannot be audited: ${layerList(unsupported)}`,
    why: `fisher-audit does not support ${these} yet, and the outputs depend on ${unsupported.length === 1 ? 'it' : 'them'}`,
    fix: 'audit a model without them, or see CONTRIBUTING.md#add-a-layer',
  });
}

/** Layers by name, or where there are many by type: LayerScale ×18, Add ×18. */
function layerList(layers: readonly ListedLayer[]): string {
  if (layers.length <= MAX_NAMES) return layers.map(({ path, type }) => `${path} (${type})`).join(', ');
  const counts = new Map<string, number>();
  for (const { type } of layers) counts.set(type, (counts.get(type) ?? 0) + 1);
  const types = [...counts].map(([type, count]) => `${type} ×${count}`);
  return listed(types, MAX_TYPES);
}
