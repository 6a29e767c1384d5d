import type { Hdf5File } from '../containers/hdf5/file.js';
import type { Graph, LayerNode, KerasModel, StoredWeight } from './keras-model.js';
import { hdf5Weight } from './hdf5-weight.js';

/** Groups within one another in a layer: wrappers, cells and states. */
const MAX_DEPTH = 8;
/** Groups and datasets in a file. */
const MAX_MEMBERS = 2 ** 15;

/**
 * Where a model keeps its layers. Keras 2.13 kept them in a table that lists layers with variables twice, so that they
 * count twice.
 */
const containers = [
  { name: 'layers', countsTwice: false },
  { name: '_layer_checkpoint_dependencies', countsTwice: true },
] as const;

type Container = (typeof containers)[number];

interface Model extends Pick<KerasModel, 'graph' | 'kerasMajor'> {
  readonly className: string;
}

/** A layer, and the group of the file in which Keras keeps its variables. */
interface KeptLayer {
  readonly group: string;
  readonly path: string;
  /** As Keras begins the names of its variables. */
  readonly shown: string;
}

/**
 * The weights of a model.weights.h5 by their paths in it, each with its layer. Keras keeps the variables of a layer in
 * `layers/dense_1/vars`, by number: groups are named by the class in snake case, counted in the order of the layers (not
 * by the layer's name, which newer versions note beside them). What no layer owns is named by its path.
 * Source: keras/src/saving/saving_lib.py.
 * @throws AuditError FA204
 */
export function numberedWeights(path: string, file: Hdf5File, model: Model): Map<string, StoredWeight> {
  const container = containers.find(({ name }) => file.kind(`/${name}`) === 'group') ?? containers[0];
  const layers = keptLayers(file, container, model, { group: '', path: '' });
  const known = new Map(layers.map((layer) => [layer.group, layer]));
  const shownOnce = once(layers.map(({ shown }) => shown));
  const weights = new Map<string, StoredWeight>();
  for (const dataset of [...datasets(file, `/${container.name}`, depthOf(model.graph) + MAX_DEPTH)]) {
    const layer = ownerOf(dataset, known);
    weights.set(dataset, hdf5Weight(path, file, dataset, layer ? owned(dataset, layer, shownOnce) : { name: dataset }));
  }
  return weights;
}

function owned(dataset: string, { group, path, shown }: KeptLayer, shownOnce: ReadonlySet<string>) {
  const numbered = dataset.slice(group.length + 1);
  return { name: `${shownOnce.has(shown) ? shown : path}/${numbered}`, within: path, numbered };
}

function once(names: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const twice = new Set(names.filter((name) => seen.size === seen.add(name).size));
  return new Set(names.filter((name) => !twice.has(name)));
}

function ownerOf(dataset: string, known: ReadonlyMap<string, KeptLayer>): KeptLayer | undefined {
  for (let end = dataset.lastIndexOf('/'); end > 0; end = dataset.lastIndexOf('/', end - 1)) {
    const layer = known.get(dataset.slice(0, end));
    if (layer) return layer;
  }
  return undefined;
}

/** Groups within one another that hold layers: two for every model in a model. */
const depthOf = (graph: Graph): number =>
  2 + Math.max(0, ...graph.nodes.map((node) => (node.graph ? depthOf(node.graph) : 0)));

function* datasets(file: Hdf5File, group: string, depth: number, seen = { members: 0 }): Generator<string> {
  if (depth < 0) throw new Error(`${group} is nested deeper than the model`);
  if (file.kind(group) !== 'group') return;
  for (const name of file.members(group)) {
    if (++seen.members > MAX_MEMBERS) throw new Error(`it has more than ${MAX_MEMBERS} groups and datasets`);
    const path = `${group}/${name}`;
    if (file.kind(path) === 'dataset') yield path;
    else yield* datasets(file, path, depth - 1, seen);
  }
}

/** Layers that are no models, also those inside models. */
function keptLayers(
  file: Hdf5File,
  container: Container,
  { graph, className, kerasMajor }: Model,
  model: { readonly group: string; readonly path: string },
): KeptLayer[] {
  // Keras 3 builds the layers of a Sequential under its name.
  const scope = kerasMajor === 3 && className === 'Sequential' ? `${graph.name}/` : '';
  return groupsOf(file, container, graph, `${model.group}/${container.name}`).flatMap(({ node, group }) => {
    const path = model.path + node.name;
    if (!isNamed(file, group, node.name)) return [];
    if (node.graph === null) return [{ group, path, shown: scope + node.name }];
    const inner = { graph: node.graph, className: node.className, kerasMajor };
    return keptLayers(file, container, inner, { group, path: `${path}/` });
  });
}

function groupsOf(
  file: Hdf5File,
  { countsTwice }: Container,
  graph: Graph,
  place: string,
): { node: LayerNode; group: string }[] {
  const counts = new Map<string, number>();
  return graph.nodes.map((node) => {
    const name = snakeCase(node.className);
    const count = counts.get(name) ?? 0;
    const group = `${place}/${name}${count > 0 ? `_${count}` : ''}`;
    const isTwice = countsTwice && datasets(file, group, depthOf(graph) + MAX_DEPTH).next().done === false;
    counts.set(name, count + (isTwice ? 2 : 1));
    return { node, group };
  });
}

/** DepthwiseConv2D is depthwise_conv2d, PReLU p_re_lu. */
const snakeCase = (name: string): string =>
  name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** Where the file notes the name of the layer that a group belongs to, it must be that one. */
function isNamed(file: Hdf5File, group: string, name: string): boolean {
  const noted = file.kind(`${group}/vars`) === 'group' ? file.texts(`${group}/vars`, 'name') : null;
  return noted === null || noted[0] === name;
}
