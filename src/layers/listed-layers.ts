import type { Graph, LayerNode } from '../load/keras/keras-model.js';
import type { ListedLayer } from '../network/network.js';
import { layerOf } from './index.js';

/** Every layer of a graph but its inputs, also inside the models it nests, with its path. */
export function listedLayers(graph: Graph, prefix = ''): ListedLayer[] {
  return graph.nodes.flatMap((node) => {
    if (node.graph) return listedLayers(node.graph, `${prefix}${node.name}/`);
    return isInput(node) ? [] : [listed(node, prefix)];
  });
}

export const isInput = ({ className }: LayerNode): boolean => className === 'InputLayer';

const listed = ({ name, className }: LayerNode, prefix: string): ListedLayer => ({
  path: prefix + name,
  type: className,
  supported: layerOf(className) !== null,
});
