import { type Shape, sizeOf } from '../kernels/kernels.js';
import type {
  Graph,
  LayerNode,
  StoredWeight,
  TensorReference,
  KerasModel as Network,
} from '../load/keras/keras-model.js';
import { type LoweredLayer, type LoweredNetwork, refuseUnsupported } from '../network/network.js';
import { Builder } from '../program/build.js';
import type { ValueId, Weight } from '../program/program.js';
import { activationSchema } from './activation/activations.js';
import { brokenGraph, callKey, callsInOrder } from './follow-graph.js';
import { issueWords } from '../text/check-value.js';
import { layerOf } from './index.js';
import type { LayerContext, Masked, SavedLayer } from './layer.js';
import * as errors from './lowering-errors.js';
import { listedLayers } from './listed-layers.js';
import { isModel, parseTopology } from '../load/keras/topology.js';
import { StoredWeights } from '../load/keras/weights/stored-weights.js';

/** Largest number of layer calls. Each use of a nested model counts again; real networks have far fewer. */
const MAX_CALLS = 2 ** 14;

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
  refuseUnsupported({ layers: listedLayers(network.graph) });
  refuseUses(network);
  const lowering = new Lowering(network);
  const inputs = inputShapes.map((shape) => ({ value: lowering.build.input(shape), mask: null }));
  const { value: output, mask } = lowering.graph(network.graph, inputs, '', true);
  lowering.weights.refuseLeftOver();
  lowering.refuseStaleMasks();
  const { build, vocabularies } = lowering;
  return { build, output, mask, head: build.head(output), layers: [...lowering.layers.values()], vocabularies };
}

const valuesOf = (inputs: readonly Masked[]): ValueId[] => inputs.map(({ value }) => value);

/** Whether a layer trains inside another one; null where a file does not say that of a layer. */
const both = (outer: boolean | null, own: boolean | null): boolean | null =>
  outer === false || own === false ? false : outer === null ? null : own;

const pathsBelow = (outer: readonly string[], own: readonly string[]): string[] =>
  outer.flatMap((above) => own.map((below) => [above, below].filter((part) => part !== '').join('/')));

const depthOf = (path: string): number => path.split('/').length;

class Lowering {
  readonly build = new Builder();
  readonly layers = new Map<string, LoweredLayer & { weights: Weight[] }>();
  readonly weights: StoredWeights;
  readonly vocabularies = new Map<number, number>();
  readonly #network: Network;
  readonly #frozen = new Set<string>();
  /** The graphs of models inside layers, by their configurations. */
  readonly #graphs = new WeakMap<object, Graph>();
  #calls = 0;
  readonly #masked = new Set<string>();
  readonly #unmasked = new Set<string>();

  constructor(network: Network) {
    this.#network = network;
    this.weights = new StoredWeights(network);
  }

  /** Lowers a graph's calls in order; returns its only output. */
  graph(graph: Graph, inputs: readonly Masked[], prefix: string, trainable: boolean): Masked {
    return this.#follow(graph, inputs, prefix, (node, given) => this.#call(node, given, prefix, trainable));
  }

  #follow(
    graph: Graph,
    inputs: readonly Masked[],
    prefix: string,
    apply: (node: LayerNode, inputs: readonly Masked[]) => Masked,
  ): Masked {
    const values = new Map<string, Masked>();
    if (inputs.length !== graph.inputs.length) throw errors.otherInputs(graph, prefix, inputs.length);
    graph.inputs.forEach((reference, k) => values.set(callKey(reference), inputs[k]!));
    for (const { node, call, arguments: args } of callsInOrder(graph, prefix)) {
      const known = (reference: TensorReference): Masked => values.get(callKey(reference))!;
      const given = args.find(({ mask }) => mask);
      const masked = args.filter(({ mask }) => !mask).map(known);
      if (given && masked[0]) masked[0] = { value: masked[0].value, mask: known(given).value };
      if (++this.#calls > MAX_CALLS) throw errors.tooManyCalls(this.#network, MAX_CALLS);
      values.set(callKey({ layer: node.name, call }), apply(node, masked));
    }
    const [end, second] = graph.outputs;
    if (second !== undefined) throw errors.severalOutputs(graph, prefix);
    const output = end && values.get(callKey(end));
    if (output === undefined) throw brokenGraph(`the output of ${prefix || 'model '}${graph.name}`);
    return output;
  }

  #call(node: LayerNode, inputs: readonly Masked[], prefix: string, trainable: boolean): Masked {
    const path = prefix + node.name;
    if (node.graph) return this.#model(node.graph, inputs, `${path}/`, trainable && node.trainable !== false);
    this.build.layer = path;
    this.#list(path, node);
    const masks = inputs.map(({ mask }) => mask);
    if (masks.some((mask) => mask !== null)) this.#masked.add(path);
    const saved = { class_name: node.className, config: node.config };
    const context = this.#context(path, both(trainable, node.trainable), masks, ['']);
    return this.#layer(saved, context, valuesOf(inputs));
  }

  /** Lowers a model inside a layer, which owns the weights of the model. `paths` are those of the model below the layer. */
  #modelInside(saved: SavedLayer, path: string, trainable: boolean, paths: readonly string[], input: Masked): Masked {
    const follow = (graph: Graph, inputs: readonly Masked[], outer: readonly string[], trains: boolean): Masked =>
      this.#follow(graph, inputs, `${path}/`, (node, given) => {
        if (node.refusal) throw node.refusal;
        const own = pathsBelow(outer, [node.name]);
        if (node.graph) return follow(node.graph, given, own, trains && node.trainable !== false);
        const masks = given.map(({ mask }) => mask);
        const context = this.#context(path, both(trains, node.trainable), masks, own);
        return this.#layer({ class_name: node.className, config: node.config }, context, valuesOf(given));
      });
    const graph = this.#graphs.get(saved.config) ?? parseTopology(path, saved.class_name, saved.config, depthOf(path));
    this.#graphs.set(saved.config, graph);
    return follow(graph, [input], paths, trainable);
  }

  /** tfjs-layers does not hand masks on to models inside the model, nor out of them. */
  #model(graph: Graph, inputs: readonly Masked[], prefix: string, trainable: boolean): Masked {
    const tfjs = this.#network.tfjs ?? false;
    if (tfjs && inputs.some(({ mask }) => mask !== null)) throw errors.maskIntoModel(prefix + graph.name);
    const output = this.graph(graph, inputs, prefix, trainable);
    return tfjs ? { value: output.value, mask: null } : output;
  }

  #layer({ class_name: className, config }: SavedLayer, context: LayerContext, inputs: readonly ValueId[]): Masked {
    const kind = layerOf(className);
    if (kind === null) throw errors.unsupportedInside(context.layer, className);
    const parsed = kind.config.safeParse(config, { error: issueWords });
    if (!parsed.success) throw errors.wrongConfiguration(context.layer, className, parsed.error);
    try {
      const value = kind.lower(context, parsed.data, inputs);
      return { value, mask: kind.mask?.(context, parsed.data, inputs) ?? null };
    } catch (error) {
      if (error instanceof RangeError) throw errors.wrongConfiguration(context.layer, className, error);
      throw error;
    }
  }

  /**
   * In tfjs-layers a mask that a layer was given goes on to all layers that are called later (executor.ts keeps it in
   * its `kwargs`), also where their inputs carry none. @throws AuditError FA206 where that would change what is computed
   */
  refuseStaleMasks(): void {
    const [masked] = this.#masked;
    const [unmasked] = this.#unmasked;
    if (!this.#network.tfjs || masked === undefined || unmasked === undefined) return;
    throw errors.staleMask(unmasked, masked);
  }

  #list(path: string, node: LayerNode): void {
    if (this.layers.has(path)) return;
    const { success, data } = activationSchema.safeParse(node.config['activation']);
    const name = success && data !== 'linear' ? data : null;
    this.layers.set(path, { path, type: node.className, activation: name, weights: [], frozenParameters: 0 });
  }

  /** `inner` are the paths, below that of the layer, under which its weights may be named. */
  #context(
    path: string,
    trainable: boolean | null,
    masks: LayerContext['masks'],
    inner: readonly string[],
  ): LayerContext {
    const stored = (name: string, shape: Shape): StoredWeight => this.weights.take(path, inner, name, shape);
    return {
      build: this.build,
      layer: path,
      kerasMajor: this.#network.kerasMajor,
      tfjs: this.#network.tfjs ?? false,
      losesMergedMasks: this.#network.losesMergedMasks ?? false,
      masks,
      statistic: (name, shape) => stored(name, shape).values,
      weight: (name, shape) => {
        // Only trainable weights are audited, so a missing flag must not become a default.
        if (trainable === null) throw errors.noTrainable(this.#network, path);
        const weight = { ...stored(name, shape), layer: path, trainable };
        this.#own(path, weight);
        return this.build.weight(weight);
      },
      indices: (value, size) => this.#indices(path, value, size),
      unmasked: () => void this.#unmasked.add(path),
      inside: (paths, trains = true) => this.#context(path, both(trainable, trains), masks, pathsBelow(inner, paths)),
      inner: (saved, paths, input) => {
        const below = pathsBelow(inner, paths);
        const flag = saved.config['trainable'];
        if (isModel(saved.class_name))
          return this.#modelInside(saved, path, trainable !== false && flag !== false, below, input);
        const trains = both(trainable, typeof flag === 'boolean' ? flag : null);
        return this.#layer(saved, this.#context(path, trains, [input.mask], below), [input.value]);
      },
    };
  }

  #indices(path: string, value: ValueId, size: number): void {
    const inputs = this.build.inputsRearranged(value);
    if (inputs === null) throw errors.computedIndices(path);
    for (const input of inputs) {
      this.vocabularies.set(input, Math.min(size, this.vocabularies.get(input) ?? size));
    }
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
