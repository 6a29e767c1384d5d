import { AuditError } from '../../../errors.js';
import type { Graph, LayerNode, KerasModel, StoredWeight } from '../keras-model.js';
import { kerasVariables } from './keras-variables.js';

/**
 * The weights of a model by name. Where the file numbers the variables of a layer, they get the names of the variables
 * that Keras creates for its configuration, in that order. The file must have exactly these numbers.
 * @throws AuditError FA203, FA205
 */
export function namedWeights(model: KerasModel): StoredWeight[] {
  const weights = [...model.weights.values()];
  const numbered = weights.filter(isNumbered);
  if (numbered.length === 0) return weights;
  const nodes = nodesByPath(model.graph, '');
  const byLayer = new Map<string, Numbered[]>();
  for (const weight of numbered) {
    const own = byLayer.get(weight.within);
    if (own) own.push(weight);
    else byLayer.set(weight.within, [weight]);
  }
  const named = [...byLayer].flatMap(([path, own]) => withNames(model, path, nodes.get(path), own));
  return [...weights.filter((weight) => !isNumbered(weight)), ...named];
}

type Numbered = StoredWeight & Required<Pick<StoredWeight, 'within' | 'numbered'>>;

/** The states of random generators are numbered too, but are no weights. */
const isNumbered = (weight: StoredWeight): weight is Numbered =>
  weight.within !== undefined && weight.numbered !== undefined && !weight.numbered.includes('seed_generator');

function nodesByPath(graph: Graph, prefix: string): Map<string, LayerNode> {
  return new Map(
    graph.nodes.flatMap((node) =>
      node.graph ? [...nodesByPath(node.graph, `${prefix}${node.name}/`)] : [[prefix + node.name, node] as const],
    ),
  );
}

function withNames(
  model: KerasModel,
  path: string,
  node: LayerNode | undefined,
  weights: readonly Numbered[],
): StoredWeight[] {
  const { className = '', config = {} } = node ?? {};
  const place = `${model.path}: layer ${path} (${className})`;
  refuseOther(place, config, weights);
  const variables = kerasVariables({ className, config, kerasMajor: model.kerasMajor });
  if (variables === null) {
    throw new AuditError('FA203', {
      what: `${place} has numbered variables, and their names are not known`,
      fix: 'save the model as .h5, which stores the names',
    });
  }
  const names = new Map(variables.map(({ numbered, name }) => [numbered, name]));
  if (weights.length !== names.size || weights.some(({ numbered }) => !names.has(numbered))) {
    const stored = weights.map(({ numbered }) => numbered);
    throw new AuditError('FA203', {
      what: `${place} has the variables ${stored.join(', ')} in the file`,
      why: `its configuration has ${variables.map(({ numbered, name }) => `${numbered} (${name})`).join(', ')}`,
      fix: 'use a file whose configuration and weights are of one model',
    });
  }
  return weights.map((weight) => {
    const front = weight.name.slice(0, weight.name.length - weight.numbered.length);
    return { ...weight, name: front + names.get(weight.numbered)! };
  });
}

/**
 * Refuses layers that are quantised or trained through adapters, whose variables have the same numbers. Single integers
 * are counters and not refused.
 * @throws AuditError FA203, FA205
 */
function refuseOther(place: string, config: LayerNode['config'], weights: readonly Numbered[]): void {
  const refused = weights.find(({ refusal, shape }) => refusal !== undefined && shape.length > 0);
  if (refused?.refusal) throw refused.refusal;
  if (config['lora_rank'] === undefined || config['lora_rank'] === null) return;
  throw new AuditError('FA203', {
    what: `${place} is trained through low-rank adapters (LoRA), which the file stores merged into its kernel`,
    fix: 'load the model in Keras without adapters and save it',
  });
}
