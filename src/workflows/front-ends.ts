import { kerasNetwork } from '../layers/keras-network.js';
import { kerasH5 } from '../load/keras/keras-h5.js';
import { kerasV3 } from '../load/keras/keras-v3.js';
import { tfjsLayers } from '../load/keras/tfjs-layers.js';
import type { ModelFormat } from '../load/model-format.js';
import { findModel, openModel } from '../load/open-model.js';
import type { Network } from '../network/network.js';

/** A format whose models are handed over as networks. */
const frontEnd = <Model>(format: ModelFormat<Model>, networkOf: (model: Model) => Network): ModelFormat<Network> => ({
  ...format,
  load: async (path, memory) => networkOf(await format.load(path, memory)),
});

/** Every format that a network can be read from. A folder is searched in this order. */
export const frontEnds = {
  'tfjs-layers': frontEnd(tfjsLayers, kerasNetwork),
  'keras-v3': frontEnd(kerasV3, kerasNetwork),
  'keras-h5': frontEnd(kerasH5, kerasNetwork),
} as const satisfies Record<string, ModelFormat<Network>>;

const formats = Object.values(frontEnds);

/** The model file at a path or in the folder at a path. @throws AuditError FA200 when there is none */
export const modelFile = (path: string): Promise<string> => findModel(path, formats);

/**
 * The network in a model file, whatever its format.
 * @param memory bytes that its weights may take
 * @throws AuditError FA200 to FA205, FA401
 */
export const openNetwork = (path: string, memory: number): Promise<Network> => openModel(path, formats, memory);
