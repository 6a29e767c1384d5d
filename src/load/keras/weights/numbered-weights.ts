import type { Hdf5File } from '../../containers/hdf5/file.js';
import type { Graph, LayerNode, KerasModel, StoredWeight } from '../keras-model.js';
import { hdf5Weight } from './hdf5-weight.js';
import { groupNames } from './weight-names.js';

/** Depth of groups inside a layer: wrappers, cells and states. */
const MAX_DEPTH = 8;
/** The largest number of groups and datasets in a file. */
const MAX_MEMBERS = 2 ** 15;

/** The group of a model's layers. Keras 2.13 lists layers with variables twice, so that they are counted twice. */
const containers = [
  { name: 'layers', countsTwice: false },
  { name: '_layer_checkpoint_dependencies', countsTwice: true },
] as const;

type Container = (typeof containers)[number];

interface Model extends Pick<KerasModel, 'graph' | 'kerasMajor'> {
  readonly className: string;
}

/** A layer, and the group of the file that holds its variables. */
interface KeptLayer {
  readonly group: string;
  readonly path: string;
  /** The start of the names that Keras shows for its variables. */
  readonly shown: string;
}

/**
 * The weights of a model.weights.h5 by their paths in the file, each with its layer. Keras stores the variables of a layer
 * by number, as in `layers/dense_1/vars/0`. The group has the name of the class in snake case with a count in the order of
 * the layers, not the name of the layer, which newer versions store as an attribute. Weights of no layer keep their path
 * as name.
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

/** Depth of the groups that contain layers: two for every level of nested models. */
const depthOf = (graph: Graph): number =>
  2 + Math.max(0, ...graph.nodes.map((node) => (node.graph ? depthOf(node.graph) : 0)));

function* datasets(file: Hdf5File, group: string, depth: number, seen = { members: 0 }): Generator<string> {
  if (depth < 0) throw new Error(`${group} is nested more deeply than the model`);
  if (file.kind(group) !== 'group') return;
  for (const name of file.members(group)) {
    if (++seen.members > MAX_MEMBERS) throw new Error(`it has more than ${MAX_MEMBERS} groups and datasets`);
    const path = `${group}/${name}`;
    if (file.kind(path) === 'dataset') yield path;
    else yield* datasets(file, path, depth - 1, seen);
  }
}

/** All layers, also inside nested models; the models themselves are left out. */
function keptLayers(
  file: Hdf5File,
  container: Container,
  { graph, className, kerasMajor }: Model,
  model: { readonly group: string; readonly path: string },
): KeptLayer[] {
  // Keras 3 puts the name of a Sequential model in front of the names of its variables.
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
  const nameOf = groupNames();
  const hasNumbers = (name: string): boolean =>
    datasets(file, `${place}/${name}`, depthOf(graph) + MAX_DEPTH).next().done === false;
  return graph.nodes.map((node) => {
    const name = nameOf(node.className, (own) => (countsTwice && hasNumbers(own) ? 2 : 1));
    return { node, group: `${place}/${name}` };
  });
}

/** Whether the file gives the group this layer name, or none. */
function isNamed(file: Hdf5File, group: string, name: string): boolean {
  const stored = file.kind(`${group}/vars`) === 'group' ? file.texts(`${group}/vars`, 'name') : null;
  return stored === null || stored[0] === name;
}
