import { allInputs } from '../load/keras/keras-inputs.js';
import type { KerasModel } from '../load/keras/keras-model.js';
import type { Network } from '../network/network.js';
import { listedLayers } from './listed-layers.js';
import { layerOf } from './index.js';
import { lower } from './lower.js';

/** The front end for Keras: a loaded model as the network that the rest of the tool sees. */
export function kerasNetwork(model: KerasModel): Network {
  const { path, format, sha256, graph } = model;
  const layers = listedLayers(graph);
  return {
    path,
    format,
    sha256,
    inputs: allInputs(model),
    layers,
    rescalesInputs: layers.some(({ type }) => layerOf(type)?.rescalesInputs ?? false),
    lower: (inputShapes) => lower(model, inputShapes),
  };
}
