import * as z from 'zod';
import { AuditError } from '../errors.js';
import { type Shape, sizeOf } from '../kernels/kernels.js';
import type { Graph, LayerNode, Network, StoredWeight, TensorReference } from '../load/network.js';
import { Builder, type Head } from '../program/build.js';
import type { ValueId, Weight } from '../program/program.js';
import { activationSchema } from './activations.js';
import { brokenGraph, callsInOrder } from './follow-graph.js';
import { layerOf } from './index.js';
import type { LayerContext } from './layer.js';
import { StoredWeights } from './stored-weights.js';

/** Layers in one message. */
const MAX_NAMES = 1000;

/** Calls of layers, counted anew in every use of a nested model: many times those of the deepest real networks. */
const MAX_CALLS = 2 ** 14;

/** A layer as reports name it. Layers without weights are listed too. */
export interface LoweredLayer {
  readonly path: string;
  readonly type: string;
  readonly activation: string | null;
  /** Trainable weights; those of a frozen layer are not among them. */
  readonly weights: readonly Weight[];
  readonly frozenParameters: number;
}

export interface LoweredNetwork {
  readonly build: Builder;
  readonly output: ValueId;
  /** The activation that ends the network, if one does. */
  readonly head: Head | null;
  readonly layers: readonly LoweredLayer[];
}

/** Every layer of a graph, also inside the models it nests, with its path. */
export function allLayers(graph: Graph, prefix = ''): { path: string; node: LayerNode }[] {
  return graph.nodes.flatMap((node) => {
    const path = prefix + node.name;
    return node.graph ? allLayers(node.graph, `${path}/`) : [{ path, node }];
  });
}

const isInput = (node: LayerNode): boolean => node.className === 'InputLayer';

/** Layers of kinds that have no lowering. */
export function unsupportedLayers(network: Network): { path: string; className: string }[] {
  return allLayers(network.graph)
    .filter(({ node }) => !isInput(node) && layerOf(node.className) === null)
    .map(({ path, node }) => ({ path, className: node.className }));
}

/** @throws AuditError FA201 naming every layer that has no lowering */
export function refuseUnsupported(network: Network): void {
  const unsupported = unsupportedLayers(network);
  if (unsupported.length === 0) return;
  const names = unsupported.slice(0, MAX_NAMES).map(({ path, className }) => `${path} (${className})`);
  throw new AuditError('FA201', {
    what: `${unsupported.length} layer${unsupported.length > 1 ? 's' : ''} cannot be audited: ${names.join(', ')}${unsupported.length > MAX_NAMES ? ', …' : ''}`,
    why: 'no lowering for these kinds, and the outputs depend on them',
    fix: 'audit a model without them, or see CONTRIBUTING.md#add-a-layer',
  });
}

/** @throws AuditError FA206 for the first layer that is used in a way that cannot be audited */
function refuseUses(network: Network): void {
  const refused = allNodes(network.graph).find(({ refusal }) => refusal !== null);
  if (refused?.refusal) throw refused.refusal;
}

const allNodes = (graph: Graph): LayerNode[] =>
  graph.nodes.flatMap((node) => (node.graph ? [node, ...allNodes(node.graph)] : [node]));

/**
 * The network as a program for inputs of the given shapes (of one example, in the order of the graph's inputs).
 * @throws AuditError FA201, FA202, FA203 or FA206
 */
export function lower(network: Network, inputShapes: readonly Shape[]): LoweredNetwork {
  refuseUnsupported(network);
  refuseUses(network);
  const lowering = new Lowering(network);
  const inputs = inputShapes.map((shape) => lowering.build.input(shape));
  const output = lowering.graph(network.graph, inputs, '', true);
  lowering.weights.refuseLeftOver();
  const report = [...lowering.layers.values()];
  return { build: lowering.build, output, head: lowering.build.head(output), layers: report };
}

class Lowering {
  readonly build = new Builder();
  readonly layers = new Map<string, LoweredLayer & { weights: Weight[] }>();
  readonly weights: StoredWeights;
  readonly #network: Network;
  readonly #frozen = new Set<string>();
  #calls = 0;

  constructor(network: Network) {
    this.#network = network;
    this.weights = new StoredWeights(network);
  }

  /** Lowers a graph's calls in order; returns its only output. */
  graph(graph: Graph, inputs: readonly ValueId[], prefix: string, trainable: boolean): ValueId {
    const values = new Map<string, ValueId>();
    const key = ({ layer, call }: TensorReference): string => `${call} ${layer}`;
    if (inputs.length !== graph.inputs.length) throw otherInputs(graph, prefix, inputs.length);
    graph.inputs.forEach((reference, k) => values.set(key(reference), inputs[k] as ValueId));
    for (const { node, call, arguments: args } of callsInOrder(graph, prefix)) {
      const known = args.map((reference) => values.get(key(reference)) as ValueId);
      values.set(key({ layer: node.name, call }), this.#call(node, known, prefix, trainable));
    }
    const [end, second] = graph.outputs;
    if (second !== undefined) throw severalOutputs(graph, prefix);
    const output = end && values.get(key(end));
    if (output === undefined) throw brokenGraph(`the output of ${prefix || 'model '}${graph.name}`);
    return output;
  }

  #call(node: LayerNode, inputs: readonly ValueId[], prefix: string, trainable: boolean): ValueId {
    const path = prefix + node.name;
    const trains = trainable && node.trainable;
    if (++this.#calls > MAX_CALLS) throw tooManyCalls(this.#network);
    if (node.graph) return this.graph(node.graph, inputs, `${path}/`, trains);
    const kind = layerOf(node.className);
    if (kind === null) throw new Error(`${node.className} has no lowering`);
    const parsed = kind.config.safeParse(node.config);
    if (!parsed.success) throw wrongConfiguration(path, node, parsed.error);
    this.build.layer = path;
    this.#list(path, node);
    try {
      return kind.lower(this.#context(path, trains), parsed.data, inputs);
    } catch (error) {
      if (error instanceof RangeError) throw wrongConfiguration(path, node, error.message);
      throw error;
    }
  }

  #list(path: string, node: LayerNode): void {
    if (this.layers.has(path)) return;
    const { success, data } = activationSchema.safeParse(node.config['activation']);
    const name = success && data !== 'linear' ? data : null;
    this.layers.set(path, { path, type: node.className, activation: name, weights: [], frozenParameters: 0 });
  }

  #context(path: string, trainable: boolean): LayerContext {
    const stored = (name: string, shape: Shape): StoredWeight => this.weights.take(path, name, shape);
    return {
      build: this.build,
      layer: path,
      kerasMajor: this.#network.kerasMajor,
      statistic: (name, shape) => stored(name, shape).values,
      weight: (name, shape) => {
        const weight = { ...stored(name, shape), layer: path, trainable };
        this.#own(path, weight);
        return this.build.weight(weight);
      },
    };
  }

  #own(path: string, weight: Weight): void {
    const layer = this.layers.get(path);
    if (!layer || this.#frozen.has(weight.name) || layer.weights.some(({ name }) => name === weight.name)) return;
    if (weight.trainable) {
      layer.weights.push(weight);
      return;
    }
    this.#frozen.add(weight.name);
    this.layers.set(path, { ...layer, frozenParameters: layer.frozenParameters + sizeOf(weight.shape) });
  }
}

const tooManyCalls = (network: Network): AuditError =>
  new AuditError('FA206', {
    what: `${network.path}: the model calls its layers more than ${MAX_CALLS} times`,
    why: 'models that are used several times in one another multiply',
    fix: 'audit a smaller model',
  });

const otherInputs = (graph: Graph, prefix: string, given: number): AuditError =>
  new AuditError('FA202', {
    what: `${prefix || 'the model '}${graph.name} takes ${graph.inputs.length} inputs and is given ${given}`,
    fix: 'save the model again',
  });

const severalOutputs = (graph: Graph, prefix: string): AuditError =>
  new AuditError('FA206', {
    what: `${prefix || 'the model '}${graph.name} has ${graph.outputs.length} outputs, an audit needs exactly one`,
    why: 'the likelihood is that of one output',
    fix: 'save a model that ends in the output to be audited',
  });

function wrongConfiguration(path: string, node: LayerNode, error: z.ZodError | string): AuditError {
  const why =
    typeof error === 'string'
      ? error
      : z
          .prettifyError(error)
          .replace(/✖ /g, '')
          .replace(/\s*\n\s*→?\s*/g, ' ');
  return new AuditError('FA206', {
    what: `${path} (${node.className}): its configuration cannot be used`,
    why,
    fix: 'save the model again with Keras or tfjs',
  });
}
