import * as z from 'zod';
import { AuditError } from '../../errors.js';
import { checkValue } from '../../text/check-value.js';
import { parseJson } from '../bytes/json-text.js';
import { list, text } from '../../network/untrusted-schemas.js';
import type { Graph, LayerNode, TensorReference } from './keras-model.js';
import { beyondLimit, damaged, otherClass, refusal } from './topology-errors.js';
import { OPERATION, classOf, classSchema } from './class-name.js';
import { type Call, NO_OUTPUT, readCall, referencesSchema, type Reference } from './calls.js';

/** Bytes of a topology as JSON: twenty times the largest one of keras.applications. */
export const MAX_TOPOLOGY_BYTES = 32 * 2 ** 20;

/** Names, and objects and lists, in a topology: five times as many as any model of keras.applications has. */
const MAX_TOPOLOGY_PARTS = 2 ** 19;

const limits = {
  code: 'FA200',
  fix: 'audit a smaller model',
  names: 2 * MAX_TOPOLOGY_PARTS,
  parts: MAX_TOPOLOGY_PARTS,
} as const;

/** The value of a topology's JSON text. @throws AuditError FA202, FA200 beyond limits */
export const parseTopologyJson = (json: string | Uint8Array, where: string, fix: string): unknown =>
  parseJson(json, where, { code: 'FA202', fix, limits });

/** Depth of nested models and layers: enough for real models, and safe for the stack. */
const MAX_NESTING = 32;

/** The key __proto__ would get lost when the configuration is copied, so it is refused. */
const configSchema = z
  .unknown()
  .refine((config) => !Object.hasOwn(config ?? {}, '__proto__'), 'the key __proto__ is not supported')
  .pipe(z.looseObject({ name: text.optional(), trainable: z.boolean().optional() }));

const layerSchema = classSchema.extend({
  name: text.optional(),
  config: configSchema,
  inbound_nodes: list(z.unknown()).optional(),
});

const functionalSchema = z.object({
  name: text.optional(),
  layers: list(layerSchema),
  input_layers: referencesSchema,
  output_layers: referencesSchema,
});

const sequentialSchema = z.object({
  name: text.optional(),
  layers: list(layerSchema),
  build_input_shape: z.unknown().optional(),
});

const MODEL_CLASSES = ['Sequential', 'Functional', 'Model'];

export const isModel = (className: string): boolean => MODEL_CLASSES.includes(className);

type SavedLayer = z.infer<typeof layerSchema>;

/**
 * The graph in the configuration of a saved model of Keras 2, Keras 3 or tfjs.
 * @throws AuditError FA202 with the place in the configuration, FA205 for other kinds of models, FA200 beyond limits
 */
export function parseTopology(path: string, className: string, config: unknown, nesting = 0): Graph {
  if (nesting > MAX_NESTING) throw beyondLimit(path, `models are nested more than ${MAX_NESTING} levels deep`);
  if (!isModel(className)) {
    throw otherClass(path, className);
  }
  return className === 'Sequential' ? sequential(path, config, nesting) : functional(path, config, nesting);
}

function check<T>(path: string, schema: z.ZodType<T>, value: unknown): T {
  const checked = checkValue(schema, value, 'configuration');
  if (checked.success) return checked.data;
  throw checked.beyondLimit ? beyondLimit(path, checked.problem) : damaged(path, checked.problem);
}

/** Keys under which wrappers have inner layers, and recurrent layers have cells. */
const INNER_LAYERS = ['layer', 'backward_layer', 'cell', 'cells'];

const innerSchema = layerSchema.omit({ inbound_nodes: true });

/** The configuration of a layer in which inner layers have class names from `classOf`. */
function withInnerClasses(path: string, config: SavedLayer['config'], nesting: number): SavedLayer['config'] {
  if (nesting > MAX_NESTING) throw beyondLimit(path, `layers are nested more than ${MAX_NESTING} levels deep`);
  const inner = (value: unknown): unknown => {
    const { success, data } = innerSchema.safeParse(value);
    return success ? { class_name: classOf(data), config: withInnerClasses(path, data.config, nesting + 1) } : value;
  };
  const innerOrList = (value: unknown): unknown => (Array.isArray(value) ? value.map(inner) : inner(value));
  const known = INNER_LAYERS.filter((key) => Object.hasOwn(config, key));
  return { ...config, ...Object.fromEntries(known.map((key) => [key, innerOrList(config[key])])) };
}

function node(path: string, saved: SavedLayer, calls: readonly Call[], nesting: number): LayerNode {
  const name = saved.config.name ?? saved.name;
  if (!name) throw damaged(path, `a layer of class ${saved.class_name} has no name`);
  const className = classOf(saved);
  const graph = isModel(className) ? parseTopology(path, className, saved.config, nesting + 1) : null;
  const [problem] = problemsOf(className, calls);
  return {
    name,
    className,
    config: graph === null ? ownConfig(path, className, saved, calls, nesting) : saved.config,
    // Keras does not save it for models, whose layers have their own.
    trainable: saved.config.trainable ?? (graph === null ? null : true),
    calls: calls.map((call) => call.arguments),
    graph,
    refusal: problem === undefined ? null : refusal(path, name, className, problem),
  };
}

/** The configuration of a layer. For operations it includes the constant arguments. */
function ownConfig(path: string, className: string, { config }: SavedLayer, calls: readonly Call[], nesting: number) {
  if (OPERATION.test(className)) return { ...config, constants: calls.flatMap(({ constants }) => constants) };
  return withInnerClasses(path, config, nesting);
}

/** Reasons why this use of a layer cannot be audited. */
function problemsOf(className: string, calls: readonly Call[]): string[] {
  const problems = calls.flatMap(({ problem }) => problem ?? []);
  if (OPERATION.test(className)) return problems;
  if (calls.some(({ constants }) => constants.length > 0)) problems.push(NO_OUTPUT);
  return problems;
}

function uniqueNames(path: string, nodes: readonly LayerNode[]): readonly LayerNode[] {
  const seen = new Set<string>();
  for (const { name } of nodes) {
    if (seen.has(name)) throw damaged(path, `two layers are named "${name}"`);
    seen.add(name);
  }
  return nodes;
}

/** A chain of layers. Many files have no input layer, but an input shape in the first layer. */
function sequential(path: string, config: unknown, nesting: number): Graph {
  // The first versions of Keras 2 saved only the list of layers.
  const saved = check(path, sequentialSchema, Array.isArray(config) ? { layers: config } : config);
  if (saved.layers.length === 0) {
    throw new AuditError('FA206', { what: `${path}: the model has no layers`, fix: 'add layers before saving it' });
  }
  let last: TensorReference | null = null;
  const chain = saved.layers.map((layer, place) => {
    if (place > 0 && layer.class_name === 'InputLayer') throw damaged(path, 'an InputLayer is not the first layer');
    const made: LayerNode = node(
      path,
      layer,
      [{ arguments: last ? [last] : [], constants: [], problem: null }],
      nesting,
    );
    last = { layer: made.name, call: 0 };
    return made;
  });
  const nodes = withInput(chain, saved.build_input_shape);
  const ends = [nodes[0], nodes.at(-1)].map((end) => ({ layer: end!.name, call: 0 }));
  return {
    name: saved.name ?? 'sequential',
    nodes: uniqueNames(path, nodes),
    inputs: ends.slice(0, 1),
    outputs: ends.slice(1),
  };
}

function withInput(chain: readonly LayerNode[], builtShape: unknown): readonly LayerNode[] {
  const [head, ...rest] = chain as [LayerNode, ...LayerNode[]];
  if (head.className === 'InputLayer') return chain;
  const name = `${head.name}_input`;
  const input = { ...head, name, className: 'InputLayer', graph: null, refusal: null, calls: [[]] };
  return [
    { ...input, config: { name, batch_shape: impliedShape(head) ?? builtShape } },
    { ...head, calls: [[{ layer: name, call: 0 }]] },
    ...rest,
  ];
}

/** The input shape in the configuration of a layer, or of the first layer of a model. */
function impliedShape({ config, graph }: LayerNode): unknown {
  const own = config['batch_input_shape'] ?? config['batch_shape'];
  if (own !== undefined || graph === null) return own;
  const first = graph.nodes.find(({ name }) => name === graph.inputs[0]?.layer);
  return first && impliedShape(first);
}

function functional(path: string, config: unknown, nesting: number): Graph {
  const saved = check(path, functionalSchema, config);
  const nodes = saved.layers.map((layer) => {
    if (layer.class_name === 'InputLayer')
      return node(path, layer, [{ arguments: [], constants: [], problem: null }], nesting);
    if (layer.inbound_nodes === undefined)
      throw damaged(path, `a layer of class ${layer.class_name} has no inbound_nodes`);
    return node(path, layer, layer.inbound_nodes.map(readCall), nesting);
  });
  const known = new Set(nodes.filter(({ className }) => className === 'InputLayer').map(({ name }) => name));
  const inputs = saved.input_layers.map((one) => inputOf(path, known, one));
  if (new Set(inputs.map(({ layer }) => layer)).size < inputs.length) throw damaged(path, 'an input is listed twice');
  const outputs = saved.output_layers.map((one) => outputOf(path, one));
  return countedFromZero({ name: saved.name ?? 'model', nodes: uniqueNames(path, nodes), inputs, outputs });
}

/**
 * Makes calls of nested models count from 0. Keras 2 and tfjs count them from 1, since building the model is call 0, which
 * is not saved. Keras 3 counts them from 0, as all of them do for other layers.
 */
function countedFromZero(graph: Graph): Graph {
  const used = [...graph.nodes.flatMap(({ calls }) => calls.flat()), ...graph.outputs];
  const fromZero = new Set(used.filter(({ call }) => call === 0).map(({ layer }) => layer));
  const models = graph.nodes.filter((one) => one.graph !== null && !fromZero.has(one.name)).map(({ name }) => name);
  const fromOne = new Set(models);
  if (fromOne.size === 0) return graph;
  const recounted = (list: readonly TensorReference[]): TensorReference[] =>
    list.map((one) => ({ ...one, call: fromOne.has(one.layer) ? one.call - 1 : one.call }));
  const nodes = graph.nodes.map((one) => ({ ...one, calls: one.calls.map(recounted) }));
  return { ...graph, nodes, outputs: recounted(graph.outputs) };
}

function inputOf(path: string, known: ReadonlySet<string>, [layer, call, tensor]: Reference): TensorReference {
  if (known.has(layer) && call === 0 && tensor === 0) return { layer, call };
  throw damaged(path, `input_layers names "${layer}", which is not an input layer of the model`);
}

function outputOf(path: string, [layer, call, tensor]: Reference): TensorReference {
  if (tensor === 0) return { layer, call };
  throw new AuditError('FA206', {
    what: `${path}: the model's output is output ${tensor} of layer "${layer}"`,
    why: 'only layers with one output are supported',
    fix: 'save a model whose last layer has one output',
  });
}
